import type { Value } from '../../../types/values.ts'
import type { DateTime } from '../../primitives/dates/date-time.ts'
import { BigInteger } from './big-integer.ts'
import { JArray, JConstructor, JObject, JProperty } from './containers.ts'
import { convertValue } from './convert-value.ts'
import { dateOf } from './date-text.ts'
import { makeOffset } from './made-values.ts'
import { TextReader as Reader, type TextReader, type TokenType } from './text-reader.ts'
import { JContainer, type JToken } from './token.ts'
import { kind } from './token-kind.ts'
import { JValue } from './value.ts'
import { inZone } from './write-style.ts'

export interface LoadOptions {
  /**
   * Texts stay texts, numbers remember what stood there, and an object has a property for each time that a name comes; for reading into
   * a type that decides itself. Such a token is not for the author's hands.
   */
  readonly keepSource?: boolean
  /** A name that comes again moves to the end, as JTokenWriter has it; else it keeps its place. */
  readonly moveRepeated?: boolean
  /** Newtonsoft's DateParseHandling: 0 texts stay texts, 1 (unless told) those of dates are a DateTime, 2 a DateTimeOffset. */
  readonly dates?: number
  /** DateTimeZoneHandling of what was read. */
  readonly zones?: number
  /** Fractions are decimals. */
  readonly decimals?: boolean
}

/** `JToken.Parse`, or with `type` that of JObject or JArray. */
export function parseToken(
  json: string,
  type: 'JToken' | 'JObject' | 'JArray' | 'JConstructor',
  options: LoadOptions = {},
): JToken {
  const reader = new Reader(json)
  // a comment before the content is the token that JToken.Parse gives
  if (!(type === 'JToken' ? reader.read() : readContent(reader))) reader.fail(`Error reading ${type} from JsonReader.`)
  mustStart(reader, type)
  const token = loadToken(reader, options)
  // anything behind it but a comment throws in the reader
  while (reader.read());
  return token
}

/** Moves to the next token that is no comment. */
export function readContent(reader: TextReader): boolean {
  while (reader.read()) if (reader.tokenType !== 'Comment') return true
  return false
}

const starts = {
  JObject: ['StartObject', 'an object'],
  JArray: ['StartArray', 'an array'],
  JConstructor: ['StartConstructor', 'a constructor'],
} as const

function mustStart(reader: TextReader, type: 'JToken' | keyof typeof starts): void {
  if (type === 'JToken' || reader.tokenType === starts[type][0]) return
  reader.fail(`Error reading ${type} from JsonReader. Current JsonReader item is not ${starts[type][1]}: ${reader.tokenType}`)
}

/** The token that the reader stands on, with all that it holds; the reader then stands on its last token. */
export function loadToken(reader: TextReader, options: LoadOptions): JToken {
  const container = startOf(reader)
  if (container !== undefined) {
    fill(reader, container, options)
    return container
  }
  const value = plainToken(reader, options)
  if (value === undefined) return reader.fail(`Error reading JToken from JsonReader. Unexpected token: ${reader.tokenType}`)
  return value
}

function startOf(reader: TextReader): JArray | JObject | JConstructor | undefined {
  const container = emptyOf(reader.tokenType, reader.value)
  if (container !== undefined) container.place = { line: reader.line, position: reader.position }
  return container
}

function emptyOf(type: TokenType, value: Value): JArray | JObject | JConstructor | undefined {
  switch (type) {
    case 'StartObject':
      return new JObject()
    case 'StartArray':
      return new JArray()
    case 'StartConstructor':
      return new JConstructor(String(value))
    default:
      return undefined
  }
}

function plainToken(reader: TextReader, options: LoadOptions): JValue | undefined {
  const value = plainValue(reader, options)
  if (value === undefined) return undefined
  value.place = { line: reader.line, position: reader.position }
  if (options.keepSource === true) value.source = sourceOf(reader)
  return value
}

/** What stood in the text, for numbers and booleans. */
function sourceOf(reader: TextReader): string | undefined {
  if (reader.tokenType === 'Boolean') return String(reader.value)
  return reader.tokenType === 'Integer' || reader.tokenType === 'Float' ? reader.numberText : undefined
}

function plainValue(reader: TextReader, options: LoadOptions): JValue | undefined {
  // the reader gives each kind of token the JavaScript value that it declares for it
  switch (reader.tokenType) {
    case 'String':
      return textToken(reader.value as string, options)
    case 'Integer':
      return integer(reader.value as bigint)
    case 'Float':
      return fractionToken(reader.value as number, reader.numberText, options)
    case 'Boolean':
      return JValue.bool(reader.value as boolean)
    case 'Null':
      return JValue.null()
    case 'Comment':
      return new JValue(kind.Comment, reader.value)
    case 'Undefined':
      return new JValue(kind.Undefined, null)
    default:
      return undefined
  }
}

export function textToken(text: string, { keepSource, dates = 1, zones }: LoadOptions): JValue {
  if (keepSource === true || dates === 0) return JValue.text(text)
  const token = textOrDate(text)
  if (token.kind !== kind.Date || (dates === 1 && zones === undefined)) return token
  return new JValue(kind.Date, dates === 2 ? makeOffset(text) : inZone(token.value as DateTime, zones ?? 3)) // a Date token holds one
}

export function fractionToken(value: number, text: string, { decimals }: LoadOptions): JValue {
  if (decimals !== true || !Number.isFinite(value)) return JValue.double(value)
  // Newtonsoft drops the zeros at the end of a fraction
  const digits = /^[^eE]*\./.test(text) ? text.replace(/\.?0+$/, '') : text
  return new JValue(kind.Float, convertValue(digits, 'Decimal'))
}

/** A text in JSON's date form is a date, as DateParseHandling.DateTime has it. */
export function textOrDate(text: string): JValue {
  const date = dateOf(text)
  return date === undefined ? JValue.text(text) : new JValue(kind.Date, date)
}

function integer(value: bigint): JValue {
  return BigInt.asIntN(64, value) === value ? JValue.integer(value) : new JValue(kind.Integer, new BigInteger(value))
}

function fill(reader: TextReader, top: JArray | JObject | JConstructor, options: LoadOptions): void {
  const depth = reader.depth
  if (!reader.read()) endedEarly(reader, top, options, `Error reading ${shortName(top)} from JsonReader.`)
  const open = fillAll(reader, top, options)
  if (open !== undefined && reader.depth > depth)
    endedEarly(reader, open, options, `Unexpected end of content while loading ${shortName(top)}.`)
}

const shortName = (token: JToken) => token.netName.replace(/^.*\./, '')

/** The text ends inside a container: what JsonSerializer says of it when it reads a type of its own, else `message`. */
function endedEarly(reader: TextReader, open: JContainer, options: LoadOptions, message: string): never {
  if (options.keepSource !== true) return reader.fail(message)
  const what = open instanceof JArray ? 'array' : 'object'
  throw reader.failure('Newtonsoft.Json.JsonSerializationException', `Unexpected end when deserializing ${what}.`)
}

/** Reads up to the end token of `top`; answers what is still open when the text ends before. */
function fillAll(reader: TextReader, top: JContainer, options: LoadOptions): JContainer | undefined {
  let parent = top
  do {
    const ended = reader.tokenType === 'EndObject' || reader.tokenType === 'EndArray' || reader.tokenType === 'EndConstructor'
    if (ended) {
      if (parent === top) return undefined
      parent = above(parent)
    } else if (reader.tokenType === 'PropertyName') parent = propertyOf(parent, reader, options)
    else if (reader.tokenType !== 'Comment') parent = placed(reader, parent, options)
  } while (reader.read())
  return parent
}

/** Hangs the value that the reader stands on under `parent`; what the next token goes under. */
function placed(reader: TextReader, parent: JContainer, options: LoadOptions): JContainer {
  const token = startOf(reader) ?? plainToken(reader, options)
  if (token === undefined) return parent
  if (parent instanceof JProperty) parent.value = token
  else parent.insertAt(parent.children.length, token, true)
  if (token instanceof JContainer) return token
  return parent instanceof JProperty ? above(parent) : parent
}

/** The container to go on with: a property is full with its value. */
function above(token: JContainer): JContainer {
  const parent = token.parent as JContainer // only what hangs below the top ends here
  return parent instanceof JProperty ? above(parent) : parent
}

/** A name that is there already: its property gets the new value in its place, or goes for a new one at the end. */
function propertyOf(parent: JContainer, reader: TextReader, options: LoadOptions): JProperty {
  const name = String(reader.value)
  const known = parent instanceof JObject && options.keepSource !== true ? parent.property(name) : undefined
  const property = known === undefined || options.moveRepeated === true ? new JProperty(name) : known
  property.place = { line: reader.line, position: reader.position }
  if (!(parent instanceof JObject) || property === known) return property
  if (known !== undefined) parent.removeChild(known)
  parent.append(property)
  return property
}
