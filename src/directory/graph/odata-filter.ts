import { isObject } from '../../identity/json-object.ts'
import { lexFilter } from './odata-lexer.ts'

/** An entity as Graph writes it. */
export type Entity = Readonly<Record<string, unknown>>

export type Predicate = (entity: Entity) => boolean

export interface Filter {
  readonly kind: 'filter'
  readonly test: Predicate
  /** Graph answers it only with `ConsistencyLevel: eventual` and `$count=true` ("Advanced query capabilities"). */
  readonly isAdvanced: boolean
  /** Names of the entity's own properties that it looks at. */
  readonly properties: ReadonlySet<string>
}

/** What Graph says of a filter that it does not take. */
export interface BadFilter {
  readonly kind: 'bad-filter'
  readonly code: 'Request_UnsupportedQuery' | 'BadRequest'
  readonly message: string
}

/**
 * `$filter` of Microsoft Graph, as directory objects take it: `eq ne gt ge lt le`, `in (…)`, `startswith endswith`, `and or not`, parentheses,
 * `any` and `all` over a list, `list/$count`. Texts compare without case, as Graph's do.
 *
 * Grammar:  or := and ('or' and)*   and := unary ('and' unary)*   unary := 'not' unary | '(' or ')' | call | lambda | comparison
 */
export function parseFilter(text: string): Filter | BadFilter {
  const words = lexFilter(text)
  if (words === undefined) return bad('BadRequest', `Invalid filter clause: ${text.slice(0, 200)}`)
  const parser = new FilterParser(words)
  const test = parser.or(undefined, 0)
  if (parser.unsupported !== undefined)
    return bad('Request_UnsupportedQuery', `Filter operator '${parser.unsupported}' is not supported.`)
  if (test === undefined || !parser.isAtEnd) return bad('BadRequest', `Invalid filter clause: ${text.slice(0, 200)}`)
  return { kind: 'filter', test, isAdvanced: parser.isAdvanced, properties: parser.properties }
}

const bad = (code: BadFilter['code'], message: string): BadFilter => ({ kind: 'bad-filter', code, message })

const maxDepth = 20

type Variable = string | undefined

class FilterParser {
  readonly #words: readonly string[]
  #at = 0
  isAdvanced = false
  /** A function that Graph has, and not for directory objects. */
  unsupported: string | undefined
  readonly properties = new Set<string>()

  constructor(words: readonly string[]) {
    this.#words = words
  }

  get isAtEnd(): boolean {
    return this.#at === this.#words.length
  }

  or(variable: Variable, depth: number): Predicate | undefined {
    return this.#row('or', () => this.#row('and', () => this.#unary(variable, depth)))
  }

  /** Terms joined by one word. */
  #row(joint: 'and' | 'or', term: () => Predicate | undefined): Predicate | undefined {
    const first = term()
    if (first === undefined) return undefined
    const terms = [first]
    while (this.#take(joint)) {
      const next = term()
      if (next === undefined) return undefined
      terms.push(next)
    }
    if (terms.length === 1) return first
    return joint === 'and' ? entity => terms.every(one => one(entity)) : entity => terms.some(one => one(entity))
  }

  #unary(variable: Variable, depth: number): Predicate | undefined {
    if (depth > maxDepth) return undefined
    if (this.#take('not')) {
      this.isAdvanced = true
      const inner = this.#unary(variable, depth + 1)
      return inner && (entity => !inner(entity))
    }
    if (this.#take('(')) {
      const inner = this.or(variable, depth + 1)
      return this.#take(')') ? inner : undefined
    }
    const name = this.#next()
    if (name === undefined || !/^[A-Za-z_]/.test(name)) return undefined
    const isCall = this.#words[this.#at] === '('
    if (isCall && /^(startswith|endswith)$/i.test(name)) return this.#call(name.toLowerCase(), variable)
    if (isCall && /^(contains|tolower|toupper|substringof|length|indexof|concat|trim)$/i.test(name)) {
      this.unsupported = name
      return undefined
    }
    const lambda = /^(.+)\/(any|all)$/i.exec(name)
    if (isCall && lambda !== null) return this.#lambda(lambda[1] ?? '', lambda[2]?.toLowerCase() === 'all', variable, depth)
    return this.#comparison(this.#path(name, variable))
  }

  /** `startswith(displayName,'A')`, also with ` eq true` behind it. */
  #call(name: string, variable: Variable): Predicate | undefined {
    this.#take('(')
    const path = this.#path(this.#next() ?? '', variable)
    const value = this.#take(',') ? this.#literal() : undefined
    if (typeof value?.value !== 'string' || !this.#take(')')) return undefined
    if (name === 'endswith') this.isAdvanced = true
    const wanted = value.value.toLowerCase()
    const test: Predicate = entity => {
      const text = valueAt(entity, path)
      if (typeof text !== 'string') return false
      return name === 'startswith' ? text.toLowerCase().startsWith(wanted) : text.toLowerCase().endsWith(wanted)
    }
    if (!this.#take('eq')) return test
    const expected = this.#literal()?.value
    if (typeof expected !== 'boolean') return undefined
    return entity => test(entity) === expected
  }

  /** `identifierUris/any(x:x eq '…')`, `appRoles/any()`. */
  #lambda(name: string, isAll: boolean, outer: Variable, depth: number): Predicate | undefined {
    const path = this.#path(name, outer)
    this.#take('(')
    if (!isAll && this.#take(')')) return entity => listAt(entity, path).length > 0
    const variable = this.#next()
    if (variable === undefined || !/^[A-Za-z_]\w*$/.test(variable) || !this.#take(':')) return undefined
    const inner = this.or(variable, depth + 1)
    if (inner === undefined || !this.#take(')')) return undefined
    const holds = (item: unknown) => inner(isObject(item) ? item : { [itself]: item })
    return entity => (isAll ? listAt(entity, path).every(holds) : listAt(entity, path).some(holds))
  }

  #comparison(path: readonly string[]): Predicate | undefined {
    const operator = this.#next()?.toLowerCase() ?? ''
    if (operator === 'in') return this.#among(path)
    const test = comparisons.get(operator)
    const literal = test === undefined ? undefined : this.#literal()
    if (test === undefined || literal === undefined) return undefined
    if (operator === 'ne' || path.at(-1) === '$count') this.isAdvanced = true
    const { value } = literal
    if (value === null && operator !== 'eq' && operator !== 'ne') return () => false
    return entity => test(compare(valueAt(entity, path), value))
  }

  #among(path: readonly string[]): Predicate | undefined {
    if (!this.#take('(')) return undefined
    const values: Literal[] = []
    do {
      const literal = this.#literal()
      if (literal === undefined) return undefined
      values.push(literal.value)
    } while (this.#take(','))
    if (!this.#take(')')) return undefined
    return entity => values.some(value => compare(valueAt(entity, path), value) === 0)
  }

  /** The parts of a name; what belongs to the entity itself is noted. */
  #path(name: string, variable: Variable): readonly string[] {
    const parts = name.split('/')
    if (variable !== undefined && parts[0] === variable) return parts.length === 1 ? [itself] : parts.slice(1)
    if (parts[0] !== undefined) this.properties.add(parts[0])
    return parts
  }

  #literal(): { readonly value: Literal } | undefined {
    const next = this.#next()
    if (next === undefined) return undefined
    if (next.startsWith("'")) return { value: next.slice(1, -1).replaceAll("''", "'") }
    if (next === 'true' || next === 'false') return { value: next === 'true' }
    if (next === 'null') return { value: null }
    if (/^-?\d+(\.\d+)?$/.test(next)) return { value: Number(next) }
    return /^[\w:.+-]+$/.test(next) ? { value: next } : undefined // a GUID or a time without quotes
  }

  #next(): string | undefined {
    return this.#words[this.#at++]
  }

  #take(text: string): boolean {
    const found = this.#words[this.#at]?.toLowerCase() === text
    if (found) this.#at++
    return found
  }
}

type Literal = string | number | boolean | null

/** Stands for the item itself in a list of plain values. */
const itself = '$it'

function listAt(entity: Entity, path: readonly string[]): readonly unknown[] {
  const list = valueAt(entity, path)
  return Array.isArray(list) ? list : []
}

function valueAt(entity: Entity, path: readonly string[]): unknown {
  let value: unknown = entity
  for (const name of path) {
    if (name === '$count') return Array.isArray(value) ? value.length : 0
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  }
  return value
}

/** Below, at or above zero; NaN for values that do not compare. */
function compare(own: unknown, wanted: Literal): number {
  if (own === undefined || own === null || wanted === null) return (own ?? null) === wanted ? 0 : Number.NaN
  if (typeof own === 'string' && typeof wanted === 'string') return ordered(own.toLowerCase(), wanted.toLowerCase())
  if (typeof own === 'number' && typeof wanted === 'number') return ordered(own, wanted)
  return typeof own === 'boolean' && own === wanted ? 0 : Number.NaN
}

function ordered<T extends string | number>(a: T, b: T): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** What does not compare is not equal, and neither above nor below; so is null (OData 4.01, part 2, section 5.1.1.1). */
const comparisons = new Map<string, (order: number) => boolean>([
  ['eq', order => order === 0],
  ['ne', order => order !== 0],
  ['gt', order => order > 0],
  ['ge', order => order >= 0],
  ['lt', order => order < 0],
  ['le', order => order <= 0],
])
