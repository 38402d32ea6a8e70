import { isInstance } from '../../../types/casting.ts'
import { defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { Type } from '../../../types/type.ts'
import type { Value } from '../../../types/values.ts'
import { NetEnumerator } from '../../collections/enumerator.ts'
import { getItem } from './access.ts'
import { JObject } from './containers.ts'
import { convertToken } from './extension-convert.ts'
import { JEnumerable } from './jenumerable.ts'
import { required } from './required.ts'
import { JContainer, JToken } from './token.ts'
import { childrenOfType, JTokenEqualityComparer, tokenName } from './token-type.ts'
import { JValue } from './value.ts'

type Tokens = Iterable<JToken>
type Types = readonly [Type, ...Type[]]

const token = () => lookupType(tokenName)

/** A JEnumerable that starts `make` over each time. */
function lazily(type: Type, source: Tokens | null, make: (source: Tokens) => Iterator<unknown>): JEnumerable {
  const from = required(source, 'source')
  return new JEnumerable(type, () => make(from))
}

function* each(source: Tokens, walk: (one: JToken) => Iterable<JToken>): Generator<JToken> {
  for (const one of source) yield* walk(one)
}

/** `Values(key)`, `Values()` and their typed forms. */
function* valuesOf(source: Tokens, key: Value, convert: (one: JToken) => unknown): Generator<unknown> {
  for (const one of source) {
    if (key !== null) {
      const value = getItem(one, key)
      if (value !== null) yield convert(value)
    } else if (one instanceof JValue) yield convert(one)
    else for (const child of one.enumerate()) yield convert(child)
  }
}

const values = (type: Type, source: Tokens | null, key: Value) =>
  lazily(type, source, from => valuesOf(from, key, one => convertToken(type, one)))

const descendants =
  (self: boolean) =>
  ([type]: Types, source: Tokens | null) =>
    lazily(type, source, from => each(from, one => (one instanceof JContainer ? one.descendants(self) : one.cannotAccessChild())))

const ancestors =
  (self: boolean) =>
  ([type]: Types, source: Tokens | null) =>
    lazily(type, source, from => each(from, one => one.ancestors(self)))

function* propertiesOf(source: Iterable<JToken>): Generator<JToken> {
  for (const one of source) if (one instanceof JObject) yield* one.enumerate()
}

function* childrenOfTypes(source: Tokens, type: Type): Generator<JToken> {
  for (const one of source) yield* childrenOfType([type], one)
}

function valueIn(type: Type, source: unknown) {
  if (!(required(source, 'value') instanceof JToken)) return fail('System.ArgumentException', 'Source value must be a JToken.')
  return convertToken(type, source as JToken) // the line above holds it one
}

const ie = 'System.Collections.Generic.IEnumerable'
const jie = 'IJEnumerable'

export const extensions = defineType('static class Newtonsoft.Json.Linq.Extensions', {
  [`static ${jie}<JToken> Ancestors<T>(this ${ie}<T> source) where T : JToken`]: (_: Types, source: Tokens | null) =>
    ancestors(false)([token()], source),
  [`static ${jie}<JToken> AncestorsAndSelf<T>(this ${ie}<T> source) where T : JToken`]: (_: Types, source: Tokens | null) =>
    ancestors(true)([token()], source),
  [`static ${jie}<JToken> Descendants<T>(this ${ie}<T> source) where T : JContainer`]: (_: Types, source: Tokens | null) =>
    descendants(false)([token()], source),
  [`static ${jie}<JToken> DescendantsAndSelf<T>(this ${ie}<T> source) where T : JContainer`]: (_: Types, source: Tokens | null) =>
    descendants(true)([token()], source),
  [`static ${jie}<JProperty> Properties(this ${ie}<JObject> source)`]: (source: Tokens | null) =>
    lazily(lookupType('Newtonsoft.Json.Linq.JProperty'), source, propertiesOf),
  [`static ${jie}<JToken> Values(this ${ie}<JToken> source, object key)`]: (source: Tokens | null, key: Value) =>
    values(token(), source, key),
  [`static ${jie}<JToken> Values(this ${ie}<JToken> source)`]: (source: Tokens | null) => values(token(), source, null),
  [`static ${ie}<U> Values<U>(this ${ie}<JToken> source, object key)`]: ([type]: Types, source: Tokens | null, key: Value) =>
    values(type, source, key),
  [`static ${ie}<U> Values<U>(this ${ie}<JToken> source)`]: ([type]: Types, source: Tokens | null) => values(type, source, null),
  [`static U Value<U>(this ${ie}<JToken> value)`]: ([type]: Types, source: unknown) => valueIn(type, source),
  [`static U Value<T, U>(this ${ie}<T> value) where T : JToken`]: ([, type]: readonly [Type, Type], source: unknown) =>
    valueIn(type, source),
  [`static ${jie}<JToken> Children<T>(this ${ie}<T> source) where T : JToken`]: (_: Types, source: Tokens | null) =>
    lazily(token(), source, from => each(from, one => ({ [Symbol.iterator]: () => one.enumerate() }))),
  [`static ${ie}<U> Children<T, U>(this ${ie}<T> source) where T : JToken`]: (
    [, type]: readonly [Type, Type],
    source: Tokens | null,
  ) => lazily(type, source, from => childrenOfTypes(from, type)),
  [`static ${jie}<JToken> AsJEnumerable(this ${ie}<JToken> source)`]: (source: Tokens | null) => asJEnumerable(token(), source),
  [`static ${jie}<T> AsJEnumerable<T>(this ${ie}<T> source) where T : JToken`]: ([type]: Types, source: Tokens | null) =>
    asJEnumerable(type, source),
})

function asJEnumerable(type: Type, source: Tokens | null): unknown {
  return source === null || isInstance(source, lookupType('Newtonsoft.Json.Linq.IJEnumerable', type))
    ? source
    : new JEnumerable(type, () => source[Symbol.iterator]())
}

const byKey = (self: Tokens, key: Value) => values(token(), self, key)

export const iJEnumerable = defineType(`interface Newtonsoft.Json.Linq.IJEnumerable<T> : ${ie}<T>`, {
  'IJEnumerable<JToken> this[object key] { get; }': byKey,
})

export const jEnumerable = defineType(
  'struct Newtonsoft.Json.Linq.JEnumerable<T> : IJEnumerable<T>',
  {
    'static readonly JEnumerable<T> Empty { get; }': ([type]: Types) => new JEnumerable(type, () => [][Symbol.iterator]()),
    'IJEnumerable<JToken> this[object key] { get; }': byKey,
    'System.Collections.Generic.IEnumerator<T> GetEnumerator()': (self: JEnumerable) =>
      new NetEnumerator(self.element, () => self, false),
  },
  { default: () => new JEnumerable(token(), () => [][Symbol.iterator]()) },
)

export const jTokenEqualityComparer = defineType(
  'class Newtonsoft.Json.Linq.JTokenEqualityComparer : System.Collections.Generic.IEqualityComparer<JToken>',
  {
    'new()': () => new JTokenEqualityComparer(),
    'bool Equals(JToken x, JToken y)': (self: JTokenEqualityComparer, a: JToken | null, b: JToken | null) => self.equals(a, b),
    'int GetHashCode(JToken obj)': (self: JTokenEqualityComparer, one: JToken | null) => self.hashCode(one),
  },
)
