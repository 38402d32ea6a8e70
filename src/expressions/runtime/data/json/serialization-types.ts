import { nameOf } from '../../../types/boxing.ts'
import { defineType } from '../../../types/define-type.ts'
import { NetException } from '../../../types/exceptions.ts'
import { canBeNull, isDynamic, isObject } from '../../../types/facts.ts'
import { isSubtype } from '../../../types/hierarchy.ts'
import { lookupType } from '../../../types/registry.ts'
import type { Type } from '../../../types/type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { fromObject } from './from-object.ts'
import { MergeSettings } from './merge.ts'
import { requiredText } from './required.ts'
import { TextReader } from './text-reader.ts'
import { deserialize } from './to-object.ts'
import { JToken } from './token.ts'
import { loadToken, readContent } from './token-builder.ts'

const setting = (name: keyof MergeSettings) => ({
  get: (self: MergeSettings) => self[name],
  set: (self: MergeSettings, value: number) => {
    self[name] = value
  },
})

/** `JsonConvert.SerializeObject`. */
export function serialize(value: Value, formatting: number): string {
  const token = value instanceof JToken ? value : fromObject(value)
  return token.toText(formatting === 1)
}

/** `JsonConvert.DeserializeObject<T>`: null for an empty text where T allows it. */
export function deserializeText(type: Type, json: string | null): Raw {
  const reader = new TextReader(requiredText(json, 'value'))
  if (!readContent(reader)) return emptyText(type)
  const wantsTokens = isObject(type) || isDynamic(type) || isSubtype(type, lookupType('Newtonsoft.Json.Linq.JToken'))
  const token = loadToken(reader, wantsTokens ? { moveRepeated: true } : { keepSource: true })
  const value = deserialize(type, token, !wantsTokens)
  while (reader.read()) {
    if (reader.tokenType === 'Comment') continue
    throw new NetException(
      'Newtonsoft.Json.JsonSerializationException',
      'Additional text found in JSON string after finishing deserializing object.',
    )
  }
  return value
}

function emptyText(type: Type): Raw {
  if (canBeNull(type)) return null
  throw new NetException(
    'Newtonsoft.Json.JsonSerializationException',
    `No JSON content found and type '${nameOf(type)}' is not nullable. Path '', line 0, position 0.`,
  )
}

const constants = (type: string, ...names: readonly string[]) =>
  defineType(`enum ${type}`, Object.fromEntries(names.map((name, value) => [`const ${name}`, { constant: value }])))

const exception = (name: string, base: string, members = {}) =>
  defineType(`class Newtonsoft.Json.${name} : ${base}`, {
    'new()': () => new NetException(`Newtonsoft.Json.${name}`, `Exception of type 'Newtonsoft.Json.${name}' was thrown.`),
    'new(string message)': (message: string) => new NetException(`Newtonsoft.Json.${name}`, message),
    'new(string message, Exception innerException)': (message: string, inner: NetException | null) =>
      new NetException(`Newtonsoft.Json.${name}`, message, inner),
    ...members,
  })

/** Where a message says it failed. */
const place = {
  'int LineNumber { get; }': (self: NetException) => Number(/, line (\d+), position \d+\.$/.exec(self.message)?.[1] ?? 0),
  'int LinePosition { get; }': (self: NetException) => Number(/, position (\d+)\.$/.exec(self.message)?.[1] ?? 0),
  'string Path { get; }': (self: NetException) => /Path '(.*)'(?:, line \d+, position \d+)?\.$/.exec(self.message)?.[1] ?? null,
}

export const serializationTypes = [
  constants('Newtonsoft.Json.Formatting', 'None', 'Indented'),
  constants('Newtonsoft.Json.Linq.MergeArrayHandling', 'Concat', 'Union', 'Replace', 'Merge'),
  constants('Newtonsoft.Json.Linq.MergeNullValueHandling', 'Ignore', 'Merge'),
  defineType('class Newtonsoft.Json.Linq.JsonMergeSettings', {
    'new()': () => new MergeSettings(),
    'MergeArrayHandling MergeArrayHandling { get; set; }': setting('arrays'),
    'MergeNullValueHandling MergeNullValueHandling { get; set; }': setting('nulls'),
    'StringComparison PropertyNameComparison { get; set; }': setting('names'),
  }),
  defineType('static class Newtonsoft.Json.JsonConvert', {
    'static string SerializeObject(object value)': (value: Value) => serialize(value, 0),
    'static string SerializeObject(object value, Formatting formatting)': serialize,
    'static object DeserializeObject(string value)': (json: string | null) => deserializeText(lookupType('System.Object'), json),
    'static T DeserializeObject<T>(string value)': ([type]: readonly [Type], json: string | null) => deserializeText(type, json),
  }),
  exception('JsonException', 'System.Exception'),
  exception('JsonReaderException', 'JsonException', place),
  exception('JsonSerializationException', 'JsonException', place),
  exception('JsonWriterException', 'JsonException', { 'string Path { get; }': place['string Path { get; }'] }),
]
