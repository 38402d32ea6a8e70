import { defineType } from '../../../expressions/types/define-type.ts'
import { lookupDefinition } from '../../../expressions/types/registry.ts'
import type { NamedType } from '../../../expressions/types/type.ts'
import { netType, type Raw } from '../../../expressions/types/values.ts'
import { RequestUrl } from '../request-url.ts'
import { QueryValues } from './lookups.ts'
import { once } from './stamp.ts'

/** `System.Uri` made of the URL's text, by its own table. */
function toUri(self: RequestUrl): Raw {
  const make = lookupDefinition('System.Uri').table['new(string uriString)']
  if (typeof make !== 'function') throw new TypeError('System.Uri has no constructor from a string')
  return make(self.toString())
}

export const url = defineType('interface IUrl', {
  'string Host { get; }': (self: RequestUrl) => self.host,
  'string Path { get; }': (self: RequestUrl) => self.path,
  'int Port { get; }': (self: RequestUrl) => self.port,
  'IReadOnlyDictionary<string, string[]> Query { get; }': (self: RequestUrl) => new QueryValues(self),
  'string QueryString { get; }': (self: RequestUrl) => self.query,
  'string Scheme { get; }': (self: RequestUrl) => self.scheme,
  'Uri ToUri()': toUri,
  'string ToString()': (self: RequestUrl) => self.toString(),
})

const urlType = once((): NamedType => url.of())

// a URL tells its type and its text in a place of type object, too
Object.defineProperties(RequestUrl.prototype, {
  [netType]: { get: urlType },
  netToString: {
    value(this: RequestUrl) {
      return this.toString()
    },
  },
})
