import { textOf } from '../../../types/boxing.ts'
import { spend } from '../../../types/budget.ts'
import { JArray, JConstructor, JObject, JProperty } from './containers.ts'
import { base64 } from './literal.ts'
import { parsePath, pathError } from './path-parser.ts'
import { regexMatches } from './path-regex.ts'
import type { Operator, Query, Side, Step } from './path-syntax.ts'
import { JContainer, type JToken, outOfRange } from './token.ts'
import { kind } from './token-kind.ts'
import { JValue } from './value.ts'
import { compareValues } from './value-compare.ts'

/** `SelectTokens(path, errorWhenNoMatch)`: the path is read at once, what it finds comes lazily, in Newtonsoft's order. */
export function selectTokens(from: JToken, path: string, mustMatch: boolean): () => Iterable<JToken> {
  const steps = parsePath(path)
  return () => evaluate(steps, from, from, mustMatch)
}

/** `SelectToken`: the only match, or null. */
export function selectToken(from: JToken, path: string, mustMatch: boolean): JToken | null {
  let found: JToken | null = null
  for (const token of selectTokens(from, path, mustMatch)()) {
    if (found !== null) pathError('Path returned multiple tokens.')
    found = token
  }
  return found
}

function evaluate(steps: readonly Step[], root: JToken, from: JToken, mustMatch: boolean): Iterable<JToken> {
  let current: Iterable<JToken> = [from]
  for (const step of steps) current = apply(step, root, current, mustMatch)
  return current
}

function* apply(step: Step, root: JToken, current: Iterable<JToken>, mustMatch: boolean): Generator<JToken> {
  if (step.kind === 'root') {
    yield root
    return
  }
  for (const token of current) {
    spend()
    yield* applyTo(step, root, token, mustMatch)
  }
}

function applyTo(step: Exclude<Step, { kind: 'root' }>, root: JToken, token: JToken, mustMatch: boolean): Iterable<JToken> {
  switch (step.kind) {
    case 'field':
      return step.scan ? scan(token, step.name === null ? null : [step.name]) : field(token, step.name, mustMatch)
    case 'fields':
      return step.scan ? scan(token, step.names) : fields(token, step.names, mustMatch)
    case 'index':
      return step.index === null ? items(token, mustMatch) : at(token, [step.index], mustMatch)
    case 'indexes':
      return at(token, step.indexes, mustMatch)
    case 'slice':
      return slice(token, step, mustMatch)
    case 'query':
      return step.scan ? queryAll(token, root, step.query) : query(token, root, step.query)
  }
}

const shortName = (token: JToken) => token.netName.replace(/^.*\./, '')

function* field(token: JToken, name: string | null, mustMatch: boolean): Generator<JToken> {
  if (!(token instanceof JObject)) {
    if (mustMatch) pathError(`Property '${name ?? '*'}' not valid on ${shortName(token)}.`)
    return
  }
  if (name === null) {
    for (const property of token.enumerate()) yield (property as JProperty).value ?? property // an object holds properties only
    return
  }
  const value = token.get(name)
  if (value !== undefined) yield value
  else if (mustMatch) pathError(`Property '${name}' does not exist on JObject.`)
}

function* fields(token: JToken, names: readonly string[], mustMatch: boolean): Generator<JToken> {
  if (!(token instanceof JObject)) {
    if (mustMatch) pathError(`Properties ${names.map(name => `'${name}'`).join(', ')} not valid on ${shortName(token)}.`)
    return
  }
  for (const name of names) {
    const value = token.get(name)
    if (value !== undefined) yield value
    if (mustMatch) pathError(`Property '${name}' does not exist on JObject.`)
  }
}

function* items(token: JToken, mustMatch: boolean): Generator<JToken> {
  if (token instanceof JArray || token instanceof JConstructor) yield* token.enumerate()
  else if (mustMatch) pathError(`Index * not valid on ${shortName(token)}.`)
}

function* at(token: JToken, indexes: readonly number[], mustMatch: boolean): Generator<JToken> {
  for (const index of indexes) {
    if (!(token instanceof JArray) && !(token instanceof JConstructor)) {
      if (mustMatch) pathError(`Index ${index} not valid on ${shortName(token)}.`)
    } else if (token.items.length <= index) {
      if (mustMatch) pathError(`Index ${index} outside the bounds of ${shortName(token)}.`)
    } else yield token.items[index] ?? outOfRange()
  }
}

type Slice = Extract<Step, { kind: 'slice' }>

function* slice(token: JToken, { start, end, step }: Slice, mustMatch: boolean): Generator<JToken> {
  if (step === 0) pathError('Step cannot be zero.')
  if (!(token instanceof JArray)) {
    if (mustMatch) pathError(`Array slice is not valid on ${shortName(token)}.`)
    return
  }
  const count = token.items.length
  const by = step ?? 1
  let from = start ?? (by > 0 ? 0 : count - 1)
  let to = end ?? (by > 0 ? count : -1)
  if ((start ?? 0) < 0) from += count
  if ((end ?? 0) < 0) to += count
  from = Math.min(by > 0 ? Math.max(from, 0) : from, by > 0 ? count : count - 1)
  to = Math.min(Math.max(to, -1), count)
  const within = (index: number) => (by > 0 ? index < to : index > to)
  if (!within(from) && mustMatch) pathError(`Array slice of ${start ?? '*'} to ${end ?? '*'} returned no results.`)
  for (let index = from; within(index); index += by) yield token.items[index] ?? outOfRange()
}

/** `..name`: the values of such properties anywhere below; `..*`: everything that is no property. */
function* scan(token: JToken, names: readonly string[] | null): Generator<JToken> {
  if (names === null) yield token
  if (!(token instanceof JContainer)) return
  for (const below of token.descendants(false)) {
    if (!(below instanceof JProperty)) {
      if (names === null) yield below
    } else if (names?.includes(below.name) === true && below.value !== null) yield below.value
  }
}

function* query(token: JToken, root: JToken, test: Query): Generator<JToken> {
  for (const child of token.enumerate()) if (matches(test, root, child)) yield child
}

function* queryAll(token: JToken, root: JToken, test: Query): Generator<JToken> {
  const candidates = token instanceof JContainer ? token.descendants(true) : [token]
  for (const candidate of candidates) if (matches(test, root, candidate)) yield candidate
}

function matches(test: Query, root: JToken, token: JToken): boolean {
  spend()
  switch (test.kind) {
    case 'and':
      return test.queries.every(each => matches(each, root, token))
    case 'or':
      return test.queries.some(each => matches(each, root, token))
    case 'test':
      return testMatches(test.left, test.operator, test.right, root, token)
  }
}

function testMatches(left: Side, operator: Operator, right: Side | undefined, root: JToken, token: JToken): boolean {
  const rights = right === undefined ? [] : [...tokensOf(right, root, token)]
  for (const one of tokensOf(left, root, token)) {
    if (operator === 'exists') return true
    if (rights.some(other => compares(one, operator, other))) return true
  }
  return false
}

const tokensOf = (side: Side, root: JToken, token: JToken): Iterable<JToken> =>
  side instanceof JValue ? [side] : evaluate(side, root, token, false)

function compares(left: JToken, operator: Operator, right: JToken): boolean {
  spend()
  // only primitives compare; anything else is merely unequal
  if (!(left instanceof JValue) || !(right instanceof JValue)) return operator === '!='
  switch (operator) {
    case '==':
      return equalOrSameText(left, right)
    case '!=':
      return !equalOrSameText(left, right)
    case '===':
      return strictlyEqual(left, right)
    case '!==':
      return !strictlyEqual(left, right)
    case '=~':
      return left.kind === kind.String && right.kind === kind.String && regexMatches(textOf(left.value), textOf(right.value))
    case '<':
      return left.netCompare(right) < 0
    case '<=':
      return left.netCompare(right) <= 0
    case '>':
      return left.netCompare(right) > 0
    case '>=':
      return left.netCompare(right) >= 0
    case 'exists':
      return true
  }
}

const isNumber = (value: JValue) => value.kind === kind.Integer || value.kind === kind.Float

function strictlyEqual(left: JValue, right: JValue): boolean {
  if (isNumber(left) && isNumber(right) && left.kind !== right.kind)
    return compareValues(left.kind, left.value, right.value) === 0
  return left.kind === right.kind && left.sameValue(right)
}

function equalOrSameText(left: JValue, right: JValue): boolean {
  if (left.sameValue(right)) return true
  if (isNumber(left) && isNumber(right) && left.kind !== right.kind)
    return compareValues(left.kind, left.value, right.value) === 0
  return right.kind === kind.String && textIn(left) === right.value
}

/** A value of a kind that JSON writes as text, in that text. */
function textIn(value: JValue): string | undefined {
  switch (value.kind) {
    case kind.Date: {
      const written = value.toText(false)
      return written.slice(1, -1)
    }
    case kind.Bytes:
      return value.value instanceof Uint8Array ? base64(value.value) : undefined
    case kind.Guid:
    case kind.TimeSpan:
    case kind.Uri:
      return textOf(value.value)
    default:
      return undefined
  }
}
