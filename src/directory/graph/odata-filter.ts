import { isObject } from '../../identity/json-object.ts'

/** An entity as Graph writes it. */
export type Entity = Readonly<Record<string, unknown>>

export type Predicate = (entity: Entity) => boolean

/**
 * `$filter` of Microsoft Graph, the part that people use: `eq ne gt ge lt le`, `in (…)`, `startswith endswith contains`, `and or not`,
 * parentheses, and `any` over a list. Texts compare without case, as Graph's do. Undefined for anything else.
 *
 * Grammar:  or := and ('or' and)*   and := unary ('and' unary)*   unary := 'not' unary | '(' or ')' | call | lambda | comparison
 */
export function parseFilter(text: string): Predicate | undefined {
  const words = lex(text)
  if (words === undefined || words.length > maxWords) return undefined
  const parser = new FilterParser(words)
  const predicate = parser.or(undefined, 0)
  return parser.isAtEnd ? predicate : undefined
}

const maxWords = 400
const maxDepth = 20

/** Names, texts in single quotes (two of them for one), numbers, and signs. */
const word = /\s*(?:('(?:[^']|'')*')|([A-Za-z_$@][\w.]*(?:\/[A-Za-z_$@][\w.]*)*)|(-?\d[\w:.+-]*)|([(),:]))/y

function lex(text: string): string[] | undefined {
  const words: string[] = []
  word.lastIndex = 0
  while (word.lastIndex < text.trimEnd().length) {
    const match = word.exec(text)
    if (match === null) return undefined
    words.push(match[0].trim())
  }
  return words
}

class FilterParser {
  readonly #words: readonly string[]
  #at = 0

  constructor(words: readonly string[]) {
    this.#words = words
  }

  get isAtEnd(): boolean {
    return this.#at === this.#words.length
  }

  or(variable: string | undefined, depth: number): Predicate | undefined {
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
    return joint === 'and' ? entity => terms.every(one => one(entity)) : entity => terms.some(one => one(entity))
  }

  #unary(variable: string | undefined, depth: number): Predicate | undefined {
    if (depth > maxDepth) return undefined
    if (this.#take('not')) {
      const inner = this.#unary(variable, depth + 1)
      return inner && (entity => !inner(entity))
    }
    if (this.#take('(')) {
      const inner = this.or(variable, depth + 1)
      return this.#take(')') ? inner : undefined
    }
    const name = this.#next()
    if (name === undefined || !/^[A-Za-z_]/.test(name)) return undefined
    if (/^(startswith|endswith|contains)$/i.test(name)) return this.#call(name.toLowerCase(), variable)
    if (name.endsWith('/any')) return this.#any(name.slice(0, -'/any'.length), depth)
    return this.#comparison(pathOf(name, variable))
  }

  #call(name: string, variable: string | undefined): Predicate | undefined {
    if (!this.#take('(')) return undefined
    const path = pathOf(this.#next() ?? '', variable)
    const value = this.#take(',') ? this.#literal() : undefined
    if (typeof value !== 'string' || !this.#take(')')) return undefined
    const wanted = value.toLowerCase()
    return entity => {
      const text = valueAt(entity, path)
      if (typeof text !== 'string') return false
      const own = text.toLowerCase()
      return name === 'startswith' ? own.startsWith(wanted) : name === 'endswith' ? own.endsWith(wanted) : own.includes(wanted)
    }
  }

  /** `identifierUris/any(x:x eq '…')`. */
  #any(path: string, depth: number): Predicate | undefined {
    if (!this.#take('(')) return undefined
    const variable = this.#next()
    if (variable === undefined || !this.#take(':')) return undefined
    const inner = this.or(variable, depth + 1)
    if (inner === undefined || !this.#take(')')) return undefined
    return entity => {
      const list = valueAt(entity, path.split('/'))
      return Array.isArray(list) && list.some(item => inner(isObject(item) ? item : { [itself]: item }))
    }
  }

  #comparison(path: readonly string[]): Predicate | undefined {
    const operator = this.#next()?.toLowerCase()
    if (operator === 'in') return this.#among(path)
    const test = operator === undefined ? undefined : comparisons.get(operator)
    const value = this.#literal()
    if (test === undefined || value === undefined) return undefined
    return entity => test(compare(valueAt(entity, path), value))
  }

  #among(path: readonly string[]): Predicate | undefined {
    if (!this.#take('(')) return undefined
    const values: Literal[] = []
    do {
      const value = this.#literal()
      if (value === undefined) return undefined
      values.push(value)
    } while (this.#take(','))
    if (!this.#take(')')) return undefined
    return entity => values.some(value => compare(valueAt(entity, path), value) === 0)
  }

  #literal(): Literal | undefined {
    const next = this.#next()
    if (next === undefined) return undefined
    if (next.startsWith("'")) return next.slice(1, -1).replaceAll("''", "'")
    if (next === 'true' || next === 'false') return next === 'true'
    if (next === 'null') return null
    if (/^-?\d+(\.\d+)?$/.test(next)) return Number(next)
    return /^[\w:.+-]+$/.test(next) ? next : undefined // a GUID or a time without quotes
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

const itself = '$it'

function pathOf(name: string, variable: string | undefined): readonly string[] {
  const parts = name.split('/')
  if (variable === undefined || parts[0] !== variable) return parts
  return parts.length === 1 ? [itself] : parts.slice(1)
}

function valueAt(entity: Entity, path: readonly string[]): unknown {
  let value: unknown = entity
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
  return value
}

/** Below, at or above zero; NaN for values that do not compare. */
function compare(own: unknown, wanted: Literal): number {
  if (own === undefined || own === null || wanted === null) return (own ?? null) === wanted ? 0 : Number.NaN
  if (typeof own !== typeof wanted) return Number.NaN
  const [a, b] = [own, wanted].map(value => (typeof value === 'string' ? value.toLowerCase() : Number(value)))
  return a === b ? 0 : a! < b! ? -1 : 1 // both are there: map keeps the length
}

const comparisons = new Map<string, (order: number) => boolean>([
  ['eq', order => order === 0],
  ['ne', order => order !== 0],
  ['gt', order => order > 0],
  ['ge', order => order >= 0],
  ['lt', order => order < 0],
  ['le', order => order <= 0],
])
