import { NetDictionary } from '../../../expressions/runtime/collections/dictionary.ts'
import { equalityFor } from '../../../expressions/runtime/collections/equality.ts'
import { NetList } from '../../../expressions/runtime/collections/list.ts'
import { iterate } from '../../../expressions/types/arrays.ts'
import { defineType } from '../../../expressions/types/define-type.ts'
import { lookupType } from '../../../expressions/types/registry.ts'
import type { Raw } from '../../../expressions/types/values.ts'
import type { Body } from '../body.ts'
import { QueryString } from '../query-string.ts'
import { stringType } from './stamp.ts'
import { decodeText, takeBytes } from './take-bytes.ts'

/** The fields of an `application/x-www-form-urlencoded` body, each with all its values. */
export function formFields(body: Body, preserveContent: boolean): NetDictionary {
  const parsed = QueryString.parse(`&${decodeText(takeBytes(body, preserveContent))}`, 'exact')
  const fields = new NetDictionary(
    [stringType(), lookupType('System.Collections.Generic.IList', stringType())],
    equalityFor(stringType()),
  )
  for (const name of parsed.names()) fields.insert(name, new NetList(stringType(), parsed.getAll(name)))
  return fields
}

/** The list of a field; a new, empty one for a field that is not there, as the reference's example wants it. */
function fieldOf(self: NetDictionary, name: string): Raw {
  const found = self.get(name)
  if (found !== undefined) return found
  const made = new NetList(stringType(), [])
  self.set(name, made)
  return made
}

export const formContent = defineType('interface IFormUrlEncodedContent : IDictionary<string, IList<string>>', {
  'IList<string> this[string key] { get; set; }': {
    get: fieldOf,
    set: (self: NetDictionary, name: string, values: Raw) => self.set(name, values),
  },
})

function encode(self: NetDictionary): string {
  const encoded = QueryString.parse('', 'exact')
  for (const [name, values] of self.entries()) encoded.append(String(name), ...iterate<string>(values))
  return encoded.toString().slice(1).replaceAll('%20', '+')
}

export const formMethods = defineType('static class FormExtensions', {
  'static string ToQueryString(this IDictionary<string, IList<string>> content)': encode,
  'static string ToFormUrlEncodedContent(this IDictionary<string, IList<string>> content)': encode,
})
