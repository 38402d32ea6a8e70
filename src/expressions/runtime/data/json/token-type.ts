import { box } from '../../../types/boxing.ts'
import { isInstance } from '../../../types/casting.ts'
import { defineType } from '../../../types/define-type.ts'
import { lookupType } from '../../../types/registry.ts'
import type { Type } from '../../../types/type.ts'
import type { Value } from '../../../types/values.ts'
import { annotationMembers } from '../annotations.ts'
import { sequence } from '../sequence.ts'
import { childAtEnd, getItem, setItem } from './access.ts'
import { explicitOperators, implicitOperators } from './casts.ts'
import { addContent } from './content.ts'
import { convertToken } from './extension-convert.ts'
import { fromObject } from './from-object.ts'
import { JEnumerable } from './jenumerable.ts'
import { selectToken, selectTokens } from './path-select.ts'
import { required, requiredText } from './required.ts'
import { SerializerSettings } from './settings.ts'
import { toObject } from './to-object.ts'
import { JContainer, type JToken } from './token.ts'
import { parseToken } from './token-builder.ts'
import { kind } from './token-kind.ts'
import { styleOf } from './write-style.ts'

export const tokenName = 'Newtonsoft.Json.Linq.JToken'

export const jTokenType = defineType(
  'enum Newtonsoft.Json.Linq.JTokenType',
  Object.fromEntries(Object.entries(kind).map(([name, value]) => [`const ${name}`, { constant: value }])),
)

const tokens = (start: () => Iterator<JToken>) => sequence(tokenName, start)

/** `Children()` */
export function childrenOf(token: JToken): JEnumerable<JToken> {
  return new JEnumerable(lookupType(tokenName), () => token.enumerate())
}

/** `Children<T>()`: those of the type. */
export function childrenOfType([type]: readonly [Type], token: JToken): JEnumerable<JToken> {
  return new JEnumerable(type, () => ofType(token, type))
}

function* ofType(token: JToken, type: Type): Generator<JToken> {
  for (const child of token.enumerate()) if (isInstance(child, type)) yield child
}

function valuesOf([type]: readonly [Type], token: JToken) {
  if (!(token instanceof JContainer)) return token.cannotAccessChild()
  return new JEnumerable(type, () => converted(token, type))
}

function* converted(token: JToken, type: Type): Generator<unknown> {
  for (const child of token.enumerate()) yield convertToken(type, child)
}

function addBeside(token: JToken, content: Value, by: 0 | 1): void {
  const parent = token.mustHaveParent()
  addContent(parent, parent.indexOf(token) + by, content)
}

function text(token: JToken, formatting: number): string {
  return token.toText(formatting === 1)
}

export const jToken = defineType(`class ${tokenName} : Newtonsoft.Json.Linq.IJEnumerable<JToken>`, {
  'static JTokenEqualityComparer EqualityComparer { get; }': () => new JTokenEqualityComparer(),
  'JContainer Parent { get; }': (self: JToken) => self.parent,
  'JToken Root { get; }': (self: JToken) => self.root,
  'JTokenType Type { get; }': (self: JToken) => self.kind,
  'bool HasValues { get; }': (self: JToken) => self.children.length > 0,
  'JToken Next { get; }': (self: JToken) => self.next,
  'JToken Previous { get; }': (self: JToken) => self.previous,
  'string Path { get; }': (self: JToken) => self.path,
  'JToken First { get; }': (self: JToken) => childAtEnd(self, 0),
  'JToken Last { get; }': (self: JToken) => childAtEnd(self, -1),
  'JToken this[object key] { get; set; }': { get: getItem, set: setItem },
  'static bool DeepEquals(JToken t1, JToken t2)': (a: JToken | null, b: JToken | null) =>
    a === b || (a !== null && b !== null && a.deepEquals(b)),
  'JToken DeepClone()': (self: JToken) => self.clone(),
  'void AddAfterSelf(object content)': (self: JToken, content: Value) => addBeside(self, content, 1),
  'void AddBeforeSelf(object content)': (self: JToken, content: Value) => addBeside(self, content, 0),
  'System.Collections.Generic.IEnumerable<JToken> Ancestors()': (self: JToken) => tokens(() => self.ancestors(false)),
  'System.Collections.Generic.IEnumerable<JToken> AncestorsAndSelf()': (self: JToken) => tokens(() => self.ancestors(true)),
  'System.Collections.Generic.IEnumerable<JToken> AfterSelf()': (self: JToken) => tokens(() => self.afterSelf()),
  'System.Collections.Generic.IEnumerable<JToken> BeforeSelf()': (self: JToken) => tokens(() => self.beforeSelf()),
  'T Value<T>(object key)': ([type]: readonly [Type], self: JToken, key: Value) => convertToken(type, getItem(self, key)),
  'JEnumerable<JToken> Children()': childrenOf,
  'JEnumerable<T> Children<T>()': childrenOfType,
  'System.Collections.Generic.IEnumerable<T> Values<T>()': valuesOf,
  'void Remove()': (self: JToken) => self.detach(),
  'void Replace(JToken value)': (self: JToken, value: JToken | null) => self.replace(value),
  'override string ToString()': (self: JToken) => self.netToString(),
  'string ToString(Formatting formatting)': text,
  'string ToString(Formatting formatting, params JsonConverter[] converters)': (
    self: JToken,
    formatting: number,
    converters: readonly Value[],
  ) => self.toText(formatting === 1, styleOf(Object.assign(new SerializerSettings(), { converters }))),
  'object ToObject(Type objectType)': (self: JToken, type: Type | null) => {
    const wanted = required(type, 'objectType')
    return box(wanted, toObject(wanted, self))
  },
  ...annotationMembers,
  'T ToObject<T>()': ([type]: readonly [Type], self: JToken) => toObject(type, self),
  'static JToken FromObject(object o)': (value: Value) => fromObject(required(value)),
  'static JToken Parse(string json)': (json: string | null) => parseToken(requiredText(json), 'JToken'),
  'JToken SelectToken(string path)': (self: JToken, path: string) => selectToken(self, requiredText(path, 'expression'), false),
  'JToken SelectToken(string path, bool errorWhenNoMatch)': (self: JToken, path: string, must: boolean) =>
    selectToken(self, requiredText(path, 'expression'), must),
  'System.Collections.Generic.IEnumerable<JToken> SelectTokens(string path)': (self: JToken, path: string) =>
    selected(self, path, false),
  'System.Collections.Generic.IEnumerable<JToken> SelectTokens(string path, bool errorWhenNoMatch)': selected,
  ...explicitOperators(),
  ...implicitOperators(),
})

function selected(self: JToken, path: string | null, must: boolean) {
  const select = selectTokens(self, requiredText(path, 'expression'), must)
  return tokens(() => select()[Symbol.iterator]())
}

/** Newtonsoft's comparer of tokens by their content. */
export class JTokenEqualityComparer {
  equals(a: JToken | null, b: JToken | null): boolean {
    return a === b || (a !== null && b !== null && a.deepEquals(b))
  }

  hashCode(token: JToken | null): number {
    return token === null ? 0 : token.deepHash()
  }
}
