import type { JsonSchema } from '../../catalog/catalog.ts'

const single = new Set(['items', 'contains', 'additionalProperties', 'unevaluatedProperties', 'not', 'if', 'then', 'else'])
const lists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])

/** The schema with the names of properties in lower case, for `case-insensitive-property-names`: values are folded likewise. */
export function schemaFolded(schema: JsonSchema): JsonSchema {
  if (typeof schema === 'boolean') return schema
  const members = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    // schemasOf (workspace/specification) puts nothing else under these keywords
    if (single.has(keyword)) return [keyword, schemaFolded(value as JsonSchema)]
    if (lists.has(keyword)) return [keyword, (value as JsonSchema[]).map(schemaFolded)]
    if (keyword === 'properties' || keyword === 'dependentSchemas')
      return [keyword, named(value as Record<string, JsonSchema>, name => name.toLowerCase())]
    if (keyword === 'patternProperties') return [keyword, named(value as Record<string, JsonSchema>, name => `(?i)${name}`)]
    if (keyword === 'propertyNames') return [keyword, true] // what it says is said of names as they are written
    if (keyword === 'required') return [keyword, folded(value)]
    if (keyword === 'dependentRequired') return [keyword, foldedLists(value as Record<string, unknown>)]
    return [keyword, value]
  })
  return Object.fromEntries(members)
}

const named = (schemas: Record<string, JsonSchema>, change: (name: string) => string) =>
  Object.fromEntries(Object.entries(schemas).map(([name, one]) => [change(name), schemaFolded(one)]))

const folded = (names: unknown) =>
  Array.isArray(names) ? [...new Set(names.map(name => (typeof name === 'string' ? name.toLowerCase() : name)))] : names

const foldedLists = (lists: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(lists).map(([name, list]) => [name.toLowerCase(), folded(list)]))

/** Two properties of one object that differ in nothing but case: one would hide the other from the schema. */
export class SameName {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** The parsed JSON with the names of properties in lower case. */
export function valueFolded(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(valueFolded)
    return items.find(item => item instanceof SameName) ?? items
  }
  if (typeof value !== 'object' || value === null) return value
  const members = new Map<string, unknown>()
  for (const [name, one] of Object.entries(value)) {
    const key = name.toLowerCase()
    if (members.has(key)) return new SameName(name)
    const inner = valueFolded(one)
    if (inner instanceof SameName) return inner
    members.set(key, inner)
  }
  return Object.fromEntries(members)
}
