import { box, nameOf, typeOf } from '../../../types/boxing.ts'
import { defineType } from '../../../types/define-type.ts'
import { NetException } from '../../../types/exceptions.ts'
import { canBeNull, isDynamic, isObject } from '../../../types/facts.ts'
import { isSubtype } from '../../../types/hierarchy.ts'
import { lookupType } from '../../../types/registry.ts'
import { keywordTypes } from '../../../types/signature-types.ts'
import type { Type } from '../../../types/type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { badArgument } from '../../primitives/errors/argument-errors.ts'
import { literalOf, quoted } from './literal.ts'
import { MergeSettings } from './merge.ts'
import { requiredText } from './required.ts'
import { serialize } from './serialize.ts'
import { SerializerSettings } from './settings.ts'
import { TextReader } from './text-reader.ts'
import { deserialize } from './to-object.ts'
import { type LoadOptions, loadToken, readContent } from './token-builder.ts'

const setting = (name: keyof MergeSettings) => ({
  get: (self: MergeSettings) => self[name],
  set: (self: MergeSettings, value: number) => {
    self[name] = value
  },
})

/** `JsonConvert.DeserializeObject<T>`: null for an empty text where T allows it. */
export function deserializeText(type: Type, json: string | null, settings: SerializerSettings | null = null): Raw {
  const reader = new TextReader(requiredText(json, 'value'))
  if (!readContent(reader)) return emptyText(type)
  const wantsTokens = isObject(type) || isDynamic(type) || isSubtype(type, lookupType('Newtonsoft.Json.Linq.JToken'))
  const options = readingOf(settings)
  const token = loadToken(reader, wantsTokens ? { moveRepeated: true, ...options } : { keepSource: true })
  const value = deserialize(type, token, wantsTokens ? undefined : options)
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

const deserializeAs = (json: string | null, type: Type | null, settings: SerializerSettings | null = null): Value => {
  const wanted = type ?? lookupType('System.Object')
  return box(wanted, deserializeText(wanted, json, settings))
}

function withConverters(converters: readonly Value[]): SerializerSettings | null {
  return converters.length === 0 ? null : Object.assign(new SerializerSettings(), { converters })
}

/** What settings say of reading tokens; a type of its own decides itself. */
function readingOf(settings: SerializerSettings | null): LoadOptions {
  if (settings === null) return {}
  return { dates: settings.dateParseHandling, zones: settings.dateTimeZoneHandling, decimals: settings.floatParseHandling === 1 }
}

/** Escaped for another delimiter than the usual one. */
function delimitedBy(text: string, delimiter: number): string {
  const mark = String.fromCharCode(delimiter)
  if (mark !== '"' && mark !== "'") return badArgument('Value must be a single or double quote.', 'delimiter')
  if (mark === '"') return quoted(text)
  return `'${quoted(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

/** What has a literal of its own. */
const literalTypes: readonly (readonly [string, string])[] = [
  ...[...keywordTypes].filter(([keyword]) => keyword !== 'object' && keyword !== 'string'),
  ['DateTime', 'System.DateTime'],
  ['DateTimeOffset', 'System.DateTimeOffset'],
  ['Guid', 'System.Guid'],
  ['TimeSpan', 'System.TimeSpan'],
  ['Uri', 'System.Uri'],
]

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
    'static string SerializeObject(object value, Formatting formatting)': (value: Value, formatting: number) =>
      serialize(value, formatting),
    'static string SerializeObject(object value, params JsonConverter[] converters)': (value: Value, converters: Value[]) =>
      serialize(value, 0, withConverters(converters)),
    'static string SerializeObject(object value, Formatting formatting, params JsonConverter[] converters)': (
      value: Value,
      formatting: number,
      converters: Value[],
    ) => serialize(value, formatting, withConverters(converters)),
    'static string SerializeObject(object value, JsonSerializerSettings settings)': (
      value: Value,
      settings: SerializerSettings | null,
    ) => serialize(value, undefined, settings),
    'static string SerializeObject(object value, Formatting formatting, JsonSerializerSettings settings)': serialize,
    'static object DeserializeObject(string value)': (json: string | null) => deserializeText(lookupType('System.Object'), json),
    'static object DeserializeObject(string value, JsonSerializerSettings settings)': (
      json: string | null,
      settings: SerializerSettings | null,
    ) => deserializeText(lookupType('System.Object'), json, settings),
    'static T DeserializeObject<T>(string value)': ([type]: readonly [Type], json: string | null) => deserializeText(type, json),
    'static T DeserializeObject<T>(string value, JsonSerializerSettings settings)': (
      [type]: readonly [Type],
      json: string | null,
      settings: SerializerSettings | null,
    ) => deserializeText(type, json, settings),
    'static object DeserializeObject(string value, Type type)': deserializeAs,
    'static object DeserializeObject(string value, Type type, JsonSerializerSettings settings)': deserializeAs,
    'static T DeserializeAnonymousType<T>(string value, T anonymousTypeObject)': ([type]: readonly [Type], json: string | null) =>
      deserializeText(type, json),
    'static string ToString(object value)': (value: Value) => {
      const literal = literalOf(value)
      if (literal !== undefined) return literal
      return badArgument(
        `Unsupported type: ${nameOf(typeOf(value))}. Use the JsonSerializer class to get the object's JSON representation.`,
      )
    },
    ...Object.fromEntries(
      literalTypes.map(([keyword, name]) => [
        `static string ToString(${keyword} value)`,
        (value: Raw) => literalOf(box(lookupType(name), value)) ?? '',
      ]),
    ),
    'static string ToString(Enum value)': (value: Value) => literalOf(value) ?? '',
    'static T DeserializeAnonymousType<T>(string value, T anonymousTypeObject, JsonSerializerSettings settings)': (
      [type]: readonly [Type],
      json: string | null,
      _: Raw,
      settings: SerializerSettings | null,
    ) => deserializeText(type, json, settings),
    'static string ToString(string value)': (value: string | null) => quoted(value ?? ''),
    'static string ToString(string value, char delimiter)': (value: string | null, delimiter: number) =>
      delimitedBy(value ?? '', delimiter),
    'static readonly string True { get; }': () => 'true',
    'static readonly string False { get; }': () => 'false',
    'static readonly string Null { get; }': () => 'null',
    'static readonly string Undefined { get; }': () => 'undefined',
    'static readonly string NaN { get; }': () => 'NaN',
    'static readonly string PositiveInfinity { get; }': () => 'Infinity',
    'static readonly string NegativeInfinity { get; }': () => '-Infinity',
    'static string SerializeXNode(XObject node)': (node: Value) => serialize(node, 0),
    'static string SerializeXNode(XObject node, Formatting formatting)': (node: Value, formatting: number) =>
      serialize(node, formatting),
    'static string SerializeXmlNode(XmlNode node)': (node: Value) => serialize(node, 0),
    'static string SerializeXmlNode(XmlNode node, Formatting formatting)': (node: Value, formatting: number) =>
      serialize(node, formatting),
  }),
  exception('JsonException', 'System.Exception'),
  exception('JsonReaderException', 'JsonException', place),
  exception('JsonSerializationException', 'JsonException', place),
  exception('JsonWriterException', 'JsonException', { 'string Path { get; }': place['string Path { get; }'] }),
]
