import type { JsonSchema } from '../../catalog/catalog.ts'

/** No definition's own name has this in it (workspace/specification/schemas.ts). */
const partSuffix = '!part'

/**
 * `allow-additional-properties` over what the schemas say. Each definition is there twice: as a whole, and as a part of others that are put together
 * with it (`allOf`): of those none is closed by itself, or each would refuse the others' properties.
 */
export function definitionsWith(
  definitions: Readonly<Record<string, JsonSchema>>,
  allow: boolean,
): Readonly<Record<string, JsonSchema>> {
  const all = Object.entries(definitions).flatMap(([name, schema]): [string, JsonSchema][] => [
    [name, rewritten(schema, allow, false)],
    [name + partSuffix, rewritten(schema, allow, true)],
  ])
  return Object.fromEntries(all)
}

/** The schema with every object in it open, or closed to all that is not named. */
export function schemaWith(schema: JsonSchema, allow: boolean): JsonSchema {
  return rewritten(schema, allow, false)
}

/** Their schemas describe the very value that the schema around them describes, so they are parts of it. */
const together = new Set(['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'dependentSchemas'])
const single = new Set(['items', 'contains', 'propertyNames', 'additionalProperties', 'if', 'then', 'else'])
const lists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const named = new Set(['properties', 'patternProperties', 'dependentSchemas'])

function rewritten(schema: JsonSchema, allow: boolean, isPart: boolean): JsonSchema {
  if (typeof schema === 'boolean') return schema
  const members = Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
    if (keyword === 'additionalProperties' && !(allow && typeof value === 'object')) return []
    const inner = (one: JsonSchema) => rewritten(one, allow, together.has(keyword))
    // schemasOf (workspace/specification) puts nothing else than schemas under these keywords
    if (single.has(keyword)) return [[keyword, inner(value as JsonSchema)]]
    if (lists.has(keyword)) return [[keyword, (value as JsonSchema[]).map(inner)]]
    if (named.has(keyword)) return [[keyword, byName(value as Record<string, JsonSchema>, inner)]]
    if (keyword === '$ref' && isPart) return [[keyword, `${String(value)}${partSuffix}`]]
    return [[keyword, value]]
  })
  const isObject = members.some(
    ([keyword, value]) => keyword === 'properties' || together.has(keyword) || (keyword === 'type' && value === 'object'),
  )
  if (!allow && !isPart && isObject) members.push(['unevaluatedProperties', false])
  return Object.fromEntries(members)
}

const byName = (schemas: Record<string, JsonSchema>, change: (schema: JsonSchema) => JsonSchema) =>
  Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, change(one)]))
