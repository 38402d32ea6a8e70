import { defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { Ref, Value } from '../../../types/values.ts'
import { copyInto } from '../../collections/copying.ts'
import { NetEnumerator } from '../../collections/enumerator.ts'
import { KeyValuePair } from '../../collections/key-value-pair.ts'
import { sequence } from '../sequence.ts'
import { childAtEnd, findProperty, getItem, setItem } from './access.ts'
import { JArray, JConstructor, JObject, JProperty } from './containers.ts'
import { addContent, appendContent, propertyValue } from './content.ts'
import { fromObject } from './from-object.ts'
import { JEnumerable } from './jenumerable.ts'
import { MergeSettings, merge } from './merge.ts'
import { required, requiredText } from './required.ts'
import { sameText } from './same-text.ts'
import type { JContainer, JToken } from './token.ts'
import { parseToken } from './token-builder.ts'
import { kindName } from './token-kind.ts'
import { tokenName } from './token-type.ts'

const list = 'System.Collections.Generic'

function mergeInto(self: JContainer, content: Value, settings: MergeSettings | null = null): void {
  const used = settings ?? new MergeSettings()
  merge(self, content, used, sameText(used.names))
}

function replaceAll(self: JContainer, content: Value): void {
  self.clear()
  appendContent(self, content)
}

export const jContainer = defineType(`class Newtonsoft.Json.Linq.JContainer : JToken, ${list}.IList<JToken>`, {
  'int Count { get; }': (self: JContainer) => self.count,
  'JToken First { get; }': (self: JContainer) => childAtEnd(self, 0),
  'JToken Last { get; }': (self: JContainer) => childAtEnd(self, -1),
  [`${list}.IEnumerable<JToken> Descendants()`]: (self: JContainer) => sequence(tokenName, () => self.descendants(false)),
  [`${list}.IEnumerable<JToken> DescendantsAndSelf()`]: (self: JContainer) => sequence(tokenName, () => self.descendants(true)),
  'void Add(object content)': appendContent,
  'void AddFirst(object content)': (self: JContainer, content: Value) => void addContent(self, 0, content),
  'void ReplaceAll(object content)': replaceAll,
  'void RemoveAll()': (self: JContainer) => self.clear(),
  'void Merge(object content)': (self: JContainer, content: Value) => mergeInto(self, content),
  'void Merge(object content, JsonMergeSettings settings)': mergeInto,
})

/** A container filled with content pieces. */
function filled<T extends JContainer>(container: T, content: Value): T {
  if (content !== null) appendContent(container, content)
  return container
}

function itemsOf<T extends JContainer>(container: T, content: readonly Value[] | null): T {
  for (const piece of content ?? []) appendContent(container, piece)
  return container
}

const pairTypes = () => [lookupType('System.String'), lookupType(tokenName)]

function* pairs(self: JObject): Generator<KeyValuePair> {
  const types = pairTypes()
  for (const property of self.enumerate()) {
    const { name, value } = property as JProperty // an object holds properties only
    yield new KeyValuePair(types, name, value)
  }
}

function pairEnumerator(self: JObject): NetEnumerator {
  return new NetEnumerator(lookupType('System.Collections.Generic.KeyValuePair', ...pairTypes()), () => pairs(self), true)
}

function addProperty(self: JObject, name: string | null, value: JToken | null): void {
  self.add(new JProperty(required(name, 'name'), value))
}

function tryGet(self: JObject, name: string | null, result: Ref, comparison = 4): boolean {
  const found = findProperty(self, name, sameText(comparison))
  result.value = found?.value ?? null
  return found !== undefined
}

export const jObject = defineType(`class Newtonsoft.Json.Linq.JObject : JContainer, ${list}.IDictionary<string, JToken>`, {
  'new()': () => new JObject(),
  'new(JObject other)': (other: JObject | null) => required(other, 'other').clone(),
  'new(params object[] content)': (content: readonly Value[] | null) => itemsOf(new JObject(), content),
  'new(object content)': (content: Value) => filled(new JObject(), content),
  'static JObject Parse(string json)': (json: string | null) => parseToken(requiredText(json), 'JObject'),
  'static JObject FromObject(object o)': objectFrom,
  'JToken this[object key] { get; set; }': { get: getItem, set: setItem },
  'JToken this[string propertyName] { get; set; }': {
    get: (self: JObject, name: string | null) => self.get(required(name, 'propertyName')) ?? null,
    set: (self: JObject, name: string | null, value: JToken | null) => self.set(required(name, 'propertyName'), value),
  },
  [`${list}.IEnumerable<JProperty> Properties()`]: (self: JObject) =>
    sequence('Newtonsoft.Json.Linq.JProperty', () => self.enumerate()),
  'JProperty Property(string name)': (self: JObject, name: string | null) =>
    name === null ? null : (self.property(name) ?? null),
  'JProperty Property(string name, StringComparison comparison)': (self: JObject, name: string | null, comparison: number) =>
    findProperty(self, name, sameText(comparison)) ?? null,
  'JEnumerable<JToken> PropertyValues()': (self: JObject) => new JEnumerable(lookupType(tokenName), () => self.values()),
  'JToken GetValue(string propertyName)': (self: JObject, name: string | null) =>
    findProperty(self, name, sameText(4))?.value ?? null,
  'JToken GetValue(string propertyName, StringComparison comparison)': (self: JObject, name: string | null, comparison: number) =>
    findProperty(self, name, sameText(comparison))?.value ?? null,
  'bool TryGetValue(string propertyName, out JToken value)': (self: JObject, name: string | null, result: Ref) =>
    tryGet(self, name, result),
  'bool TryGetValue(string propertyName, StringComparison comparison, out JToken value)': (
    self: JObject,
    name: string | null,
    comparison: number,
    result: Ref,
  ) => tryGet(self, name, result, comparison),
  'bool ContainsKey(string propertyName)': (self: JObject, name: string | null) => self.has(required(name, 'propertyName')),
  'void Add(string propertyName, JToken value)': addProperty,
  'bool Remove(string propertyName)': (self: JObject, name: string | null) => name !== null && self.removeNamed(name),
  [`${list}.IEnumerator<${list}.KeyValuePair<string, JToken>> GetEnumerator()`]: pairEnumerator,
})

function objectFrom(value: Value): JObject {
  const token = fromObject(required(value))
  if (token instanceof JObject) return token
  return fail('System.ArgumentException', `Object serialized to ${kindOfToken(token)}. JObject instance expected.`)
}

function arrayFrom(value: Value): JArray {
  const token = fromObject(required(value))
  if (token instanceof JArray) return token
  return fail('System.ArgumentException', `Object serialized to ${kindOfToken(token)}. JArray instance expected.`)
}

const kindOfToken = (token: JToken) => kindName(token.kind)

export const jArray = defineType(`class Newtonsoft.Json.Linq.JArray : JContainer, ${list}.IList<JToken>`, {
  'new()': () => new JArray(),
  'new(JArray other)': (other: JArray | null) => required(other, 'other').clone(),
  'new(params object[] content)': (content: readonly Value[] | null) => itemsOf(new JArray(), content),
  'new(object content)': (content: Value) => (content === null ? itemsOf(new JArray(), [null]) : filled(new JArray(), content)),
  'static JArray Parse(string json)': (json: string | null) => parseToken(requiredText(json), 'JArray'),
  'static JArray FromObject(object o)': arrayFrom,
  'JToken this[object key] { get; set; }': { get: getItem, set: setItem },
  'JToken this[int index] { get; set; }': {
    get: (self: JArray, index: number) => self.getAt(index),
    set: (self: JArray, index: number, value: JToken | null) => self.setAt(index, value),
  },
  'bool IsReadOnly { get; }': () => false,
  'int IndexOf(JToken item)': (self: JArray, item: JToken | null) => self.indexOf(item),
  'void Insert(int index, JToken item)': (self: JArray, index: number, item: JToken | null) => self.insert(index, item),
  'void RemoveAt(int index)': (self: JArray, index: number) => self.removeAt(index),
  'void Add(JToken item)': (self: JArray, item: JToken | null) => self.add(item),
  'void Clear()': (self: JArray) => self.clear(),
  'bool Contains(JToken item)': (self: JArray, item: JToken | null) => self.contains(item),
  'void CopyTo(JToken[] array, int arrayIndex)': copyInto,
  'bool Remove(JToken item)': (self: JArray, item: JToken | null) => self.remove(item),
  [`${list}.IEnumerator<JToken> GetEnumerator()`]: (self: JArray) => new NetEnumerator(lookupType(tokenName), () => self, true),
})

export const jProperty = defineType('class Newtonsoft.Json.Linq.JProperty : JContainer', {
  'new(JProperty other)': (other: JProperty | null) => required(other, 'other').clone(),
  'new(string name, params object[] content)': (name: string | null, content: Value) =>
    new JProperty(required(name, 'name'), propertyValue(content)),
  'new(string name, object content)': (name: string | null, content: Value) =>
    new JProperty(required(name, 'name'), propertyValue(content)),
  'string Name { get; }': (self: JProperty) => self.name,
  'JToken Value { get; set; }': {
    get: (self: JProperty) => self.value,
    set: (self: JProperty, value: JToken | null) => {
      self.value = value
    },
  },
})

export const jConstructor = defineType('class Newtonsoft.Json.Linq.JConstructor : JContainer', {
  'new()': () => new JConstructor(null),
  'new(string name)': (name: string | null) => new JConstructor(required(name, 'name')),
  'new(string name, params object[] content)': (name: string | null, content: readonly Value[] | null) =>
    itemsOf(new JConstructor(required(name, 'name')), content),
  'new(string name, object content)': (name: string | null, content: Value) =>
    filled(new JConstructor(required(name, 'name')), content),
  'new(JConstructor other)': (other: JConstructor | null) => required(other, 'other').clone(),
  'string Name { get; set; }': {
    get: (self: JConstructor) => self.name,
    set: (self: JConstructor, name: string | null) => {
      self.name = name
    },
  },
  'JToken this[object key] { get; set; }': { get: getItem, set: setItem },
})
