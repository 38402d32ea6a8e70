import { defineType } from '../../../expressions/types/define-type.ts'
import type { NamedType } from '../../../expressions/types/type.ts'
import { Body } from '../body.ts'
import type { RequestMessage, ResponseMessage } from '../call-context.ts'
import { asDictionary, HeaderValues, textMapType } from './lookups.ts'
import { once } from './stamp.ts'

export const request = defineType('interface IRequest', {
  'IMessageBody Body { get; }': (self: RequestMessage) => (self.body.isAbsent ? null : self.body),
  'X509Certificate2 Certificate { get; }': (self: RequestMessage) => self.callerCertificate ?? null,
  'IReadOnlyDictionary<string, string[]> Headers { get; }': (self: RequestMessage) => new HeaderValues(self.headers),
  'string IpAddress { get; }': (self: RequestMessage) => self.ipAddress,
  'IReadOnlyDictionary<string, string> MatchedParameters { get; }': (self: RequestMessage) =>
    asDictionary(self.matchedParameters, textMapType),
  'string Method { get; }': (self: RequestMessage) => self.method,
  'IUrl OriginalUrl { get; }': (self: RequestMessage) => self.originalUrl,
  'IUrl Url { get; }': (self: RequestMessage) => self.url,
  'IPrivateEndpointConnection PrivateEndpointConnection { get; }': () => null,
})

export const response = defineType('interface IResponse', {
  'IMessageBody Body { get; }': (self: ResponseMessage) => (self.body === noBody ? null : self.body),
  'IReadOnlyDictionary<string, string[]> Headers { get; }': (self: ResponseMessage) => new HeaderValues(self.headers),
  'int StatusCode { get; }': (self: ResponseMessage) => self.statusCode,
  'string StatusReason { get; }': (self: ResponseMessage) => self.statusReason,
})

/** The body of a response that was described without one: null to expressions, where a real response always has an object. */
export const noBody = Body.empty()

export const privateEndpointConnection = defineType('interface IPrivateEndpointConnection', {
  'string Name { get; }': () => null,
  'string GroupId { get; }': () => null,
  'string MemberName { get; }': () => null,
})

export const requestType = once((): NamedType => request.of())
export const responseType = once((): NamedType => response.of())
