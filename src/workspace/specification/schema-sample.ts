import { memberOf, type TextNode, textOf } from '../text/text-node.ts'
import type { Resolve } from './reference.ts'
import { type SampleValue, valueOfNode } from './sample-value.ts'

const deepest = 8
const mostValues = 2_000

const formats = new Map<string, string>([
  ['date-time', '2020-01-01T00:00:00Z'],
  ['date', '2020-01-01'],
  ['time', '00:00:00Z'],
  ['uuid', '00000000-0000-0000-0000-000000000000'],
  ['email', 'user@example.com'],
  ['uri', 'https://example.com'],
  ['hostname', 'example.com'],
  ['ipv4', '192.0.2.1'],
  ['ipv6', '2001:db8::1'],
])

/**
 * A value that fits a schema, as far as one can be told simply: its example, default or first choice, else one made from its type.
 * Bounded in depth and size; a schema that contains itself ends in null.
 */
export function sampleOfSchema(schema: TextNode | undefined, resolve: Resolve): SampleValue {
  let values = 0
  const unfinished = new Set<TextNode>()
  const make = (raw: TextNode | undefined, depth: number): SampleValue => {
    const node = resolve(raw)
    if (node?.kind !== 'object' || unfinished.has(node) || depth > deepest || ++values > mostValues) return null
    unfinished.add(node)
    const value = unguarded(node, depth)
    unfinished.delete(node)
    return value
  }
  const unguarded = (node: TextNode, depth: number): SampleValue => {
    const given = givenValue(node)
    if (given !== undefined) return given
    const choice = firstItem(memberOf(node, 'oneOf')) ?? firstItem(memberOf(node, 'anyOf'))
    if (choice !== undefined) return make(choice, depth + 1)
    if (memberOf(node, 'allOf')?.kind === 'list' || isObject(node)) return new Map(propertiesOf(node, depth))
    return typeOf(node) === 'array' ? [make(memberOf(node, 'items'), depth + 1)] : plainValue(node)
  }
  const propertiesOf = (raw: TextNode | undefined, depth: number): (readonly [string, SampleValue])[] => {
    const node = resolve(raw)
    if (depth > deepest) return []
    const parts = memberOf(node, 'allOf')
    const inherited = parts?.kind === 'list' ? parts.items.flatMap(part => propertiesOf(part, depth + 1)) : []
    const properties = memberOf(node, 'properties')
    const own = properties?.kind === 'object' ? [...properties.members] : []
    return [...inherited, ...own.map(([key, { value }]) => [key, make(value, depth + 1)] as const)]
  }
  return make(schema, 0)
}

function givenValue(node: TextNode): SampleValue | undefined {
  const given = memberOf(node, 'const') ?? memberOf(node, 'example') ?? firstItem(memberOf(node, 'examples'))
  const found = given ?? memberOf(node, 'default') ?? firstItem(memberOf(node, 'enum'))
  return found === undefined ? undefined : valueOfNode(found)
}

function firstItem(node: TextNode | undefined): TextNode | undefined {
  return node?.kind === 'list' ? node.items[0] : undefined
}

/** OpenAPI 3.1 may list several types: the first that is not null. */
function typeOf(node: TextNode): string | undefined {
  const type = memberOf(node, 'type')
  if (type?.kind !== 'list') return textOf(type)
  return type.items.map(textOf).find(name => name !== undefined && name !== 'null')
}

const isObject = (node: TextNode) =>
  typeOf(node) === 'object' || (typeOf(node) === undefined && memberOf(node, 'properties') !== undefined)

function plainValue(node: TextNode): SampleValue {
  const type = typeOf(node)
  if (type === 'string') return formats.get(textOf(memberOf(node, 'format')) ?? '') ?? 'string'
  if (type === 'boolean') return true
  if (type !== 'integer' && type !== 'number') return null
  const minimum = memberOf(node, 'minimum')
  return minimum?.kind === 'scalar' && typeof minimum.value === 'number' ? minimum.value : 0
}
