import { fail } from '../../../types/exceptions.ts'
import type { Value } from '../../../types/values.ts'
import { argumentNull } from '../../collections/argument-errors.ts'
import { JArray, JConstructor, JObject } from './containers.ts'
import { describe } from './content.ts'
import { JContainer, type JToken } from './token.ts'

/** `token[key]`: by name in an object, by index in an array; null for a name that is not there. */
export function getItem(token: JToken, key: Value): JToken | null {
  if (token instanceof JObject) return token.get(nameFor(token, key, 'Accessed')) ?? null
  if (token instanceof JArray || token instanceof JConstructor) return token.getAt(indexFor(token, key, 'Accessed'))
  return token.cannotAccessChild()
}

/** `token[key] = value`. */
export function setItem(token: JToken, key: Value, value: JToken | null): void {
  if (token instanceof JObject) token.set(nameFor(token, key, 'Set'), value)
  else if (token instanceof JArray || token instanceof JConstructor) token.setAt(indexFor(token, key, 'Set'), value)
  else fail('System.InvalidOperationException', `Cannot set child value on ${token.netName}.`)
}

function nameFor(token: JToken, key: Value, did: string): string {
  if (key === null) throw argumentNull('key')
  if (typeof key === 'string') return key
  return badKey(token, key, did, 'Object property name expected.')
}

function indexFor(token: JToken, key: Value, did: string): number {
  if (key === null) throw argumentNull('key')
  if (typeof key === 'number') return key
  return badKey(token, key, did, token instanceof JArray ? 'Int32 array index expected.' : 'Argument position index expected.')
}

function badKey(token: JToken, key: Value, did: string, expected: string): never {
  const name = token.netName.replace(/^.*\./, '')
  return fail('System.ArgumentException', `${did} ${name} values with invalid key value: ${describe(key)}. ${expected}`)
}

/** `First` and `Last`. */
export function childAtEnd(token: JToken, index: 0 | -1): JToken | null {
  if (!(token instanceof JContainer)) return token.cannotAccessChild()
  return token.children.at(index) ?? null
}

/** `Property(name, comparison)`: the exact name wins. */
export function findProperty(
  object: JObject,
  name: string | null,
  same: (a: string, b: string) => boolean,
): ReturnType<JObject['property']> {
  if (name === null) return undefined
  return object.property(name) ?? object.properties.find(property => same(property.name, name))
}
