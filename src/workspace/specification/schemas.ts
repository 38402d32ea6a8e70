import type { JsonSchema } from '../../catalog/catalog.ts'
import { memberOf, type ObjectNode, type TextNode, textOf } from '../text/text-node.ts'

/** Schemas of one specification as JSON Schema, those that are referred to gathered under a name each. */
export interface Schemas {
  readonly definitions: Readonly<Record<string, JsonSchema>>
  /** Undefined without a schema. */
  read(node: TextNode | undefined): JsonSchema | undefined
  /** The schema at a place such as `#/components/schemas/pet`; undefined when nothing is there. */
  find(reference: string): JsonSchema | undefined
}

/** The other document that a reference names before its `#`. */
export type OtherDocument = (document: string) => ObjectNode | undefined

const mostDefinitions = 5000
/** Deeper schemas are taken for anything: no author writes them. */
const deepest = 100

/**
 * What leads outside the known documents, or nowhere, is taken for anything: where an operation needs it, the reader of operations has told already,
 * and what only validation would look at must not keep an API from loading.
 */
export function schemasOf(root: ObjectNode, other: OtherDocument = () => undefined): Schemas {
  const definitions: Record<string, JsonSchema> = {}
  const names = new Map<TextNode, string>()
  /** Named and not read yet: in a queue, so that a long chain of references is no deep recursion. */
  const pending: (readonly [name: string, node: TextNode, base: ObjectNode])[] = []

  const read = (node: TextNode | undefined, base: ObjectNode, depth = 0): JsonSchema => {
    if (node?.kind === 'scalar' && typeof node.value === 'boolean') return node.value
    if (node?.kind !== 'object' || depth > deepest) return true
    const reference = textOf(memberOf(node, '$ref'))
    return reference === undefined ? converted(node, base, depth) : (referTo(reference, base) ?? true)
  }

  const referTo = (reference: string, from: ObjectNode): JsonSchema | undefined => {
    const [document = '', ...fragment] = reference.split('#')
    const base = document === '' ? from : other(document)
    const target = base === undefined ? undefined : pointedAt(base, fragment.join('#'))
    if (base === undefined || target === undefined) return undefined
    const known = names.get(target)
    if (known !== undefined) return { $ref: addressOf(known) }
    if (names.size >= mostDefinitions) return true
    const name = freeName(reference.slice(reference.lastIndexOf('/') + 1), definitions)
    names.set(target, name)
    pending.push([name, target, base])
    Object.defineProperty(definitions, name, { value: true, enumerable: true, configurable: true, writable: true })
    return { $ref: addressOf(name) }
  }

  const converted = (node: ObjectNode, base: ObjectNode, depth: number): JsonSchema => {
    const members = [...node.members].flatMap(([keyword, { value }]): [string, unknown][] => {
      const kept = keywordOf(keyword, value, one => read(one, base, depth + 1))
      return kept === undefined ? [] : [[keyword, kept]]
    })
    return nullableOf(node, exclusiveOf(node, Object.fromEntries(members)))
  }

  const withPending = <T>(schema: T): T => {
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) definitions[next[0]] = read(next[1], next[2])
    return schema
  }

  return {
    definitions,
    read: node => (node === undefined ? undefined : withPending(read(node, root))),
    find: reference => withPending(referTo(reference, root)),
  }
}

const addressOf = (name: string) => `definitions#/$defs/${name}`

function freeName(wanted: string, taken: Readonly<Record<string, JsonSchema>>): string {
  const plain = wanted.replace(/[^A-Za-z0-9_.-]/g, '_').replace(/^_*$/, 'schema')
  for (let n = 0; ; n++) {
    const name = n === 0 ? plain : `${plain}_${n}`
    if (!Object.hasOwn(taken, name)) return name
  }
}

type Read = (node: TextNode | undefined) => JsonSchema

/** What a keyword's value holds: one schema, a list of them, schemas by name, or plain data. What is of another shape is left out. */
const shapes = new Map<string, 'schema' | 'list' | 'named' | 'number' | 'text' | 'flag' | 'data'>([
  ...(['items', 'not', 'if', 'then', 'else', 'contains', 'additionalProperties', 'propertyNames'] as const).map(
    name => [name, 'schema'] as const,
  ),
  ...(['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const).map(name => [name, 'list'] as const),
  ...(['properties', 'patternProperties', 'dependentSchemas'] as const).map(name => [name, 'named'] as const),
  ...(['maximum', 'minimum', 'multipleOf', 'maxLength', 'minLength', 'maxItems', 'minItems'] as const).map(
    name => [name, 'number'] as const,
  ),
  ...(['maxProperties', 'minProperties', 'exclusiveMaximum', 'exclusiveMinimum'] as const).map(name => [name, 'number'] as const),
  ...(['pattern', 'format'] as const).map(name => [name, 'text'] as const),
  ['uniqueItems', 'flag'],
  ...(['type', 'enum', 'const', 'required', 'dependentRequired'] as const).map(name => [name, 'data'] as const),
])

function keywordOf(keyword: string, value: TextNode, read: Read): unknown {
  switch (shapes.get(keyword)) {
    case 'schema':
      return read(value)
    case 'list':
      return value.kind === 'list' && value.items.length > 0 ? value.items.map(read) : undefined
    case 'named':
      return value.kind === 'object'
        ? Object.fromEntries([...value.members].map(([name, member]) => [name, read(member.value)]))
        : undefined
    case 'number':
      return value.kind === 'scalar' && typeof value.value === 'number' ? value.value : undefined
    case 'text':
      return textOf(value)
    case 'flag':
      return value.kind === 'scalar' && typeof value.value === 'boolean' ? value.value : undefined
    case 'data':
      return dataOf(keyword, value)
    default:
      return undefined
  }
}

const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

/** Swagger's `type: file`, and the `required: true` of a parameter, say nothing of the value. */
function dataOf(keyword: string, node: TextNode): unknown {
  const value = plainValue(node)
  if (keyword === 'type') return [value].flat().every(one => typeof one === 'string' && types.has(one)) ? value : undefined
  if (keyword === 'required' || keyword === 'enum')
    return Array.isArray(value) && value.length > 0 ? [...new Set(value)] : undefined
  return value
}

function plainValue(node: TextNode): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plainValue)
  return Object.fromEntries([...node.members].map(([name, { value }]) => [name, plainValue(value)]))
}

/** OpenAPI 3.0 and Swagger say `exclusiveMinimum: true` beside `minimum`. */
function exclusiveOf(node: ObjectNode, schema: Record<string, unknown>): Record<string, unknown> {
  const result = { ...schema }
  for (const [limit, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const flag = memberOf(node, exclusive)
    if (flag?.kind !== 'scalar' || flag.value !== true || typeof schema[limit] !== 'number') continue
    result[exclusive] = schema[limit]
    delete result[limit]
  }
  return result
}

/** OpenAPI 3.0's `nullable`. */
function nullableOf(node: ObjectNode, schema: Record<string, unknown>): JsonSchema {
  const flag = memberOf(node, 'nullable') ?? memberOf(node, 'x-nullable')
  return flag?.kind === 'scalar' && flag.value === true ? { anyOf: [{ type: 'null' }, schema] } : schema
}

/** RFC 6901: the part of a reference behind its `#`. */
export function pointedAt(root: ObjectNode, pointer: string): TextNode | undefined {
  if (pointer === '') return root
  if (!pointer.startsWith('/')) return undefined
  let node: TextNode | undefined = root
  for (const raw of pointer.slice(1).split('/')) {
    const key = decoded(raw).replaceAll('~1', '/').replaceAll('~0', '~')
    node = node?.kind === 'list' ? node.items[Number(key)] : memberOf(node, key)
  }
  return node
}

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw)
  } catch {
    return raw
  }
}
