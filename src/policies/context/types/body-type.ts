import { parseToken } from '../../../expressions/runtime/data/json/token-builder.ts'
import { parseDocument, parseElement } from '../../../expressions/runtime/data/xml/xml-parser.ts'
import { defineType } from '../../../expressions/types/define-type.ts'
import { fail } from '../../../expressions/types/exceptions.ts'
import { isByteArray } from '../../../expressions/types/facts.ts'
import type { NamedType, Type } from '../../../expressions/types/type.ts'
import { netType, type Raw } from '../../../expressions/types/values.ts'
import { Body } from '../body.ts'
import { once } from './stamp.ts'

/** The body's bytes; marks it as taken unless it is to be preserved. Throws what reading a taken body throws. */
export function takeBytes(body: Body, preserveContent: boolean): Uint8Array {
  if (body.consumed)
    return fail(
      'System.InvalidOperationException',
      'The message body was read before without preserveContent and is not available any more.',
    )
  if (body.stream !== null) return fail('System.InvalidOperationException', 'The message body is not in memory.')
  if (!preserveContent) body.consumed = true
  return body.bytes ?? new Uint8Array(0)
}

const utf8 = new TextDecoder('utf-8')

/** UTF-8 without its byte order mark. */
export const decodeText = (bytes: Uint8Array): string => utf8.decode(bytes)

const readers = new Map<string, (text: string) => Raw>([
  ['System.String', text => text],
  ['System.Object', text => text],
  ['Newtonsoft.Json.Linq.JObject', text => parseToken(text, 'JObject')],
  ['Newtonsoft.Json.Linq.JArray', text => parseToken(text, 'JArray')],
  ['Newtonsoft.Json.Linq.JToken', text => parseToken(text, 'JToken')],
  ['System.Xml.Linq.XElement', text => parseElement(text, false)],
  ['System.Xml.Linq.XNode', text => parseElement(text, false)],
  ['System.Xml.Linq.XDocument', text => parseDocument(text, false)],
])

function as([type]: readonly Type[], self: Body, preserveContent: boolean): Raw {
  const bytes = takeBytes(self, preserveContent)
  if (type === undefined) throw new TypeError('As has one type argument')
  if (isByteArray(type)) return bytes
  const read = readers.get(type.fullName)
  if (read === undefined) return fail('System.NotSupportedException', `The message body cannot be read as ${type.fullName}.`)
  return read(decodeText(bytes))
}

export const messageBody = defineType('interface IMessageBody', {
  'T As<T>(bool preserveContent = false)': as,
})

const bodyType = once((): NamedType => messageBody.of())
Object.defineProperty(Body.prototype, netType, { get: bodyType })
