import { pairsOf } from '../../../expressions/runtime/collections/elements.ts'
import type { KeyValuePair } from '../../../expressions/runtime/collections/key-value-pair.ts'
import type { MapLike } from '../../../expressions/runtime/collections/protocol.ts'
import { makeArray } from '../../../expressions/types/arrays.ts'
import { defaultOf, unbox } from '../../../expressions/types/casting.ts'
import { defineType } from '../../../expressions/types/define-type.ts'
import { fail } from '../../../expressions/types/exceptions.ts'
import { lookupType } from '../../../expressions/types/registry.ts'
import { ArrayType, type NamedType, type Type } from '../../../expressions/types/type.ts'
import { netType, type Raw, type Typed, type Value } from '../../../expressions/types/values.ts'
import type { Headers } from '../headers.ts'
import { QueryString } from '../query-string.ts'
import type { RequestUrl } from '../request-url.ts'
import { once, stamp, stringType } from './stamp.ts'

const multiValueType = once(() => lookupType('System.Collections.Generic.Dictionary', stringType(), ArrayType.of(stringType())))
export const variablesType = once(() =>
  lookupType('System.Collections.Generic.Dictionary', stringType(), lookupType('System.Object')),
)
export const certificatesType = once(() =>
  lookupType(
    'System.Collections.Generic.Dictionary',
    stringType(),
    lookupType('System.Security.Cryptography.X509Certificates.X509Certificate2'),
  ),
)
export const textMapType = once(() => lookupType('System.Collections.Generic.Dictionary', stringType(), stringType()))

/** A Map of the gateway's as the dictionary that expressions see: they enumerate it as KeyValuePairs, the gateway by `entries()`. */
export function asDictionary<V>(map: ReadonlyMap<string, V>, type: () => NamedType): ReadonlyMap<string, V> | null {
  if ((map as Partial<Typed>)[netType] !== undefined) return map // as it was left here before
  if (!Object.hasOwn(map, Symbol.iterator)) Object.defineProperty(map, Symbol.iterator, { value: () => pairsOf(map) })
  return stamp(map, type)
}

/** A message's headers or a URL's query as an expression sees them: `IReadOnlyDictionary<string, string[]>`; header names in any case. */
export abstract class MultiValues implements MapLike<string, Raw> {
  abstract has(name: string): boolean
  abstract keys(): string[]
  abstract valuesOf(name: string): string[]
  /** All values joined with a comma; null when the name is not there. */
  abstract joined(name: string): string | null

  get [netType](): Type {
    return multiValueType()
  }

  get size(): number {
    return this.keys().length
  }

  get count(): number {
    return this.size
  }

  get(name: string): Raw | undefined {
    return this.has(name) ? makeArray(stringType(), this.valuesOf(name)) : undefined
  }

  values(): Raw[] {
    return this.keys().map(name => this.get(name))
  }

  entries(): [string, Raw][] {
    return this.keys().map(name => [name, this.get(name)])
  }

  /** As expressions enumerate it: KeyValuePairs. */
  [Symbol.iterator](): Iterator<KeyValuePair> {
    return pairsOf(this)
  }
}

export class HeaderValues extends MultiValues {
  readonly #headers: Headers

  constructor(headers: Headers) {
    super()
    this.#headers = headers
  }

  has(name: string): boolean {
    return this.#headers.has(name)
  }

  keys(): string[] {
    return this.#headers.names()
  }

  valuesOf(name: string): string[] {
    return this.#headers.getAll(name)
  }

  joined(name: string): string | null {
    return this.#headers.get(name)
  }
}

export class QueryValues extends MultiValues {
  readonly #query: QueryString

  constructor(url: RequestUrl) {
    super()
    this.#query = QueryString.parse(url.query, 'exact')
  }

  has(name: string): boolean {
    return this.#query.has(name)
  }

  keys(): string[] {
    return this.#query.names()
  }

  valuesOf(name: string): string[] {
    return this.#query.getAll(name)
  }

  joined(name: string): string | null {
    return this.#query.has(name) ? this.#query.getAll(name).join(',') : null
  }
}

function joinedOr(self: MapLike<string, Raw>, name: string | null, fallback: string | null): string | null {
  if (name === null) return keyIsNull()
  if (self instanceof MultiValues) return self.joined(name) ?? fallback
  const values = self.get(name)
  return Array.isArray(values) ? values.join(',') : fallback
}

function valuesOr([item]: readonly [Type], self: MapLike<string, Raw>, name: string | null, fallback: Raw): Raw {
  const found = name === null ? keyIsNull() : self.get(name)
  return found === undefined ? fallback : unbox(ArrayType.of(item), found)
}

function textOr(self: MapLike<string, Raw>, name: string | null, fallback: string | null): string | null {
  if (name === null) return keyIsNull()
  const found = self.get(name)
  return typeof found === 'string' || found === null ? found : fallback
}

function variable(self: MapLike<string, Raw>, name: string | null): Value | undefined {
  return name === null ? keyIsNull() : self.get(name)
}

function keyIsNull(): never {
  return fail('System.ArgumentNullException', 'Value cannot be null.\r\nParameter name: key')
}

/** The extension methods of dictionaries that the page "API Management policy expressions" lists. */
export const lookupMethods = defineType('static class DictionaryExtensions', {
  'static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> self, string key)': (self, key) =>
    joinedOr(self, key, null),
  'static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> self, string key, string defaultValue)': joinedOr,
  // generic, so that a plain null as the default means the one above
  'static T[] GetValueOrDefault<T>(this IReadOnlyDictionary<string, string[]> self, string key, T[] defaultValue)': valuesOr,
  'static string GetValueOrDefault(this IReadOnlyDictionary<string, string> self, string key)': (self, key) =>
    textOr(self, key, null),
  'static string GetValueOrDefault(this IReadOnlyDictionary<string, string> self, string key, string defaultValue)': textOr,
  // no page lists it, and documents in production use it on what JsonConvert gives
  'static string GetValueOrDefault(this IDictionary<string, string> self, string key)': (self, key) => textOr(self, key, null),
  'static string GetValueOrDefault(this IDictionary<string, string> self, string key, string defaultValue)': textOr,
  // nearer than either interface, between which a call on a Dictionary could not choose
  'static string GetValueOrDefault(this Dictionary<string, string> self, string key)': (self, key) => textOr(self, key, null),
  'static string GetValueOrDefault(this Dictionary<string, string> self, string key, string defaultValue)': textOr,
  'static object GetValueOrDefault(this IReadOnlyDictionary<string, object> self, string key)': (self, key) =>
    variable(self, key) ?? null,
  'static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> self, string key)': (types, self, key) => {
    const found = variable(self, key)
    return found === undefined ? defaultOf(types[0]) : unbox(types[0], found)
  },
  'static T GetValueOrDefault<T>(this IReadOnlyDictionary<string, object> self, string key, T defaultValue)': (
    types,
    self,
    key,
    fallback,
  ) => {
    const found = variable(self, key)
    return found === undefined ? fallback : unbox(types[0], found)
  },
})

/** A token's claims, by their exact names. */
export class ClaimValues extends MultiValues {
  readonly #claims: ReadonlyMap<string, readonly string[]>

  constructor(claims: ReadonlyMap<string, readonly string[]>) {
    super()
    this.#claims = claims
  }

  has(name: string): boolean {
    return this.#claims.has(name)
  }

  keys(): string[] {
    return [...this.#claims.keys()]
  }

  valuesOf(name: string): string[] {
    return [...(this.#claims.get(name) ?? [])]
  }

  joined(name: string): string | null {
    return this.#claims.get(name)?.join(',') ?? null
  }
}
