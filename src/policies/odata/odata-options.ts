import { ExpressionReader } from './odata-expression.ts'
import { ODataFault } from './odata-scanner.ts'
import { splitOutside } from './split-outside.ts'

/** What a model knows of the type that a request addresses; absent: every name may be right. */
export interface TypeCheck {
  /** A path of properties from the type; throws ODataFault. */
  path(names: readonly string[]): void
  /** Type at the end of a path of navigation properties, for what is nested in `$expand`; undefined when it is not known. */
  expanded(names: readonly string[]): TypeCheck | undefined
}

export interface OptionContext {
  readonly version: number
  readonly type: TypeCheck | undefined
}

type Check = (text: string, context: OptionContext) => void

const whole: Check = text => {
  if (!/^\d{1,18}$/.test(text.trim())) throw new ODataFault('is no whole number from 0')
}
const anything: Check = () => {}

/** System query options (URL Conventions §5.1), each with the first version that has it. */
const options = new Map<string, { readonly since: number; readonly check: Check }>([
  ['$filter', { since: 4, check: (text, { version, type }) => new ExpressionReader(text, version, type).whole() }],
  ['$orderby', { since: 4, check: orderBy }],
  ['$select', { since: 4, check: select }],
  ['$expand', { since: 4, check: expand }],
  ['$compute', { since: 4.01, check: compute }],
  ['$search', { since: 4, check: search }],
  ['$top', { since: 4, check: whole }],
  ['$skip', { since: 4, check: whole }],
  ['$count', { since: 4, check: truth }],
  ['$format', { since: 4, check: format }],
  ['$apply', { since: 4, check: text => void splitOutside(text, '/') }],
  ['$skiptoken', { since: 4, check: anything }],
  ['$deltatoken', { since: 4, check: anything }],
  ['$id', { since: 4, check: anything }],
  ['$index', { since: 4.01, check: index }],
  ['$schemaversion', { since: 4.01, check: anything }],
])

/** The name as the list has it: from version 4.01 on in any case, and without its `$`. */
export function systemOption(name: string, version: number): string | undefined {
  if (version < 4.01) return name.startsWith('$') ? name : undefined
  const lower = name.toLowerCase()
  if (lower.startsWith('$')) return lower
  return options.has(`$${lower}`) ? `$${lower}` : undefined
}

/** Throws ODataFault for a system option that is not there, or whose value is wrong. */
export function checkOption(name: string, text: string, context: OptionContext): void {
  const known = options.get(name)
  if (known === undefined) throw new ODataFault('is no system query option')
  if (known.since > context.version) throw new ODataFault(`is there from version ${known.since} on`)
  known.check(text, context)
}

function orderBy(text: string, { version, type }: OptionContext): void {
  const reader = new ExpressionReader(text, version, type)
  do {
    reader.expression()
    reader.word('asc', 'desc')
  } while (reader.sign(','))
  reader.end()
}

function compute(text: string, { version, type }: OptionContext): void {
  const reader = new ExpressionReader(text, version, type)
  do {
    reader.expression()
    if (reader.word('as') === undefined) throw new ODataFault('wants "as" and a name behind each expression')
    reader.identifier()
  } while (reader.sign(','))
  reader.end()
}

const identifier = /^[\p{L}_][\p{L}\p{N}\p{Mn}\p{Mc}_]*$/u
const qualified = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)+$/u

function select(text: string, context: OptionContext): void {
  for (const item of itemsOf(text)) {
    const { path, nested } = withNested(item)
    if (path === '*' || /^[\p{L}_][\p{L}\p{N}_.]*\.\*$/u.test(path)) continue
    const names = namesIn(path)
    if (nested === undefined) context.type?.path(names.filter(name => !name.includes('.')))
    else
      checkNested(
        nested,
        ['$select', '$filter', '$orderby', '$top', '$skip', '$count', '$search', '$compute', '$expand'],
        context,
      )
  }
}

function expand(text: string, context: OptionContext): void {
  for (const item of itemsOf(text)) {
    const { path, nested } = withNested(item)
    const own = path.replace(/\/\$(?:ref|count)$/, '')
    if (own === '$value' || own === '*') {
      if (nested !== undefined) checkNested(nested, ['$levels'], context)
      continue
    }
    const names = namesIn(own).filter(name => !name.includes('.'))
    context.type?.path(names)
    if (nested !== undefined)
      checkNested(
        nested,
        ['$filter', '$orderby', '$select', '$expand', '$top', '$skip', '$count', '$search', '$levels', '$compute', '$apply'],
        { version: context.version, type: context.type?.expanded(names) },
      )
  }
}

/** `$select=Id;$top=2`, the options of one item. */
function checkNested(nested: string, allowed: readonly string[], context: OptionContext): void {
  const seen = new Set<string>()
  for (const part of splitOutside(nested, ';')) {
    const at = part.indexOf('=')
    const name = systemOption(part.slice(0, at).trim(), context.version) ?? part.slice(0, at).trim()
    if (at < 0 || (!allowed.includes(name) && !name.startsWith('@')))
      throw new ODataFault(`has ${quoted(name)} where an option of an item should stand`)
    if (seen.has(name)) throw new ODataFault(`has ${name} twice in one item`)
    seen.add(name)
    if (name.startsWith('@')) continue
    const value = part.slice(at + 1)
    if (name === '$levels') {
      if (!/^(?:max|[1-9]\d{0,5})$/.test(value.trim()))
        throw new ODataFault('has $levels that is neither max nor a whole number from 1')
    } else checkOption(name, value, context)
  }
}

function itemsOf(text: string): readonly string[] {
  const items = splitOutside(text, ',').map(item => item.trim())
  if (items.some(item => item === '')) throw new ODataFault('has an empty item')
  return items
}

function withNested(item: string): { readonly path: string; readonly nested: string | undefined } {
  const open = item.indexOf('(')
  if (open < 0) return { path: item, nested: undefined }
  if (!item.endsWith(')')) throw new ODataFault(`goes on behind the options of ${quoted(item.slice(0, open))}`)
  return { path: item.slice(0, open).trim(), nested: item.slice(open + 1, -1) }
}

function namesIn(path: string): readonly string[] {
  const names = path.split('/')
  for (const name of names)
    if (!identifier.test(name) && !qualified.test(name)) throw new ODataFault(`has ${quoted(name)}, which is no name`)
  return names
}

/** Words, phrases, `AND`, `OR`, `NOT` and brackets (§5.1.7). */
function search(text: string): void {
  const tokens = text.match(/"(?:[^"\\]|\\["\\])*"|[()]|[^\s()"]+|"/g) ?? []
  let open = 0
  let wantsTerm = true
  for (const token of tokens) {
    if (token === '"') throw new ODataFault('has a phrase that does not end')
    if (token === '(') open++
    else if (token === ')') {
      if (wantsTerm || --open < 0) throw new ODataFault('has brackets that do not pair')
    } else if (token === 'NOT') wantsTerm = true
    else if (token === 'AND' || token === 'OR') {
      if (wantsTerm) throw new ODataFault(`has ${token} where a word should stand`)
      wantsTerm = true
    } else wantsTerm = false
  }
  if (open !== 0) throw new ODataFault('has brackets that do not pair')
  if (wantsTerm) throw new ODataFault('ends where a word should stand')
}

function truth(text: string, { version }: OptionContext): void {
  if (!/^(?:true|false)$/.test(version >= 4.01 ? text.trim().toLowerCase() : text.trim()))
    throw new ODataFault('is neither true nor false')
}

function index(text: string): void {
  if (!/^-?\d{1,18}$/.test(text.trim())) throw new ODataFault('is no whole number')
}

function format(text: string): void {
  if (!/^(?:json|xml|atom|[\w.+*-]+\/[\w.+*-]+(?:\s*;\s*[\w.-]+=(?:"[^"]*"|[\w.-]+))*)$/i.test(text.trim()))
    throw new ODataFault('is neither json, xml, atom nor a media type')
}

const quoted = (name: string) => `"${name.slice(0, 60)}"`
