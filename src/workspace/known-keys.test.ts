import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { directoryKeys, gatehouseKeys } from './known-keys.ts'

interface ObjectSchema {
  readonly properties: Readonly<Record<string, unknown>>
  readonly additionalProperties: unknown
}
interface RootSchema extends ObjectSchema {
  readonly $defs: Readonly<Record<string, ObjectSchema>>
}

function schema(name: string): RootSchema {
  const url = new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url)
  // The project's own file: a wrong shape fails the comparison below.
  return JSON.parse(readFileSync(url, 'utf8')) as RootSchema
}

/** Keys of each object that the schema describes; each must be closed, as the loader is. */
function keysOf(root: RootSchema): ReadonlyMap<string, readonly string[]> {
  const objects: [string, ObjectSchema][] = [['root', root], ...Object.entries(root.$defs)]
  for (const [name, object] of objects) assert.equal(object.additionalProperties, false, `${name} is closed`)
  return new Map(objects.map(([name, object]) => [name, Object.keys(object.properties).sort()]))
}

test('the schema of gatehouse.yaml and the loader know the same keys', () => {
  const known = new Map(Object.entries(gatehouseKeys).map(([name, keys]) => [name, [...keys].sort()]))
  assert.deepEqual(keysOf(schema('gatehouse')), known)
})

test('the schema of directory.yaml and the loader know the same keys', () => {
  const known = new Map(Object.entries(directoryKeys).map(([name, { read, ignored }]) => [name, [...read, ...ignored].sort()]))
  assert.deepEqual(keysOf(schema('directory')), known)
})
