import { parseToken } from '../../../expressions/runtime/data/json/token-builder.ts'
import { parseDocument, parseElement } from '../../../expressions/runtime/data/xml/xml-parser.ts'
import { defineType } from '../../../expressions/types/define-type.ts'
import { fail } from '../../../expressions/types/exceptions.ts'
import { isByteArray } from '../../../expressions/types/facts.ts'
import type { NamedType, Type } from '../../../expressions/types/type.ts'
import { netType, type Raw } from '../../../expressions/types/values.ts'
import { Body } from '../body.ts'
import { formFields } from './form-type.ts'
import { once } from './stamp.ts'
import { decodeText, takeBytes } from './take-bytes.ts'

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
  'IFormUrlEncodedContent AsFormUrlEncodedContent(bool preserveContent = false)': formFields,
})

const bodyType = once((): NamedType => messageBody.of())
Object.defineProperty(Body.prototype, netType, { get: bodyType })
