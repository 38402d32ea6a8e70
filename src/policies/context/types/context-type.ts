import { makeGuid } from '../../../expressions/runtime/data/json/made-values.ts'
import { defineType } from '../../../expressions/types/define-type.ts'
import { lookupDefinition } from '../../../expressions/types/registry.ts'
import type { NamedType } from '../../../expressions/types/type.ts'
import type { Raw } from '../../../expressions/types/values.ts'
import type { CallContext } from '../call-context.ts'
import * as entities from './entity-types.ts'
import { asDictionary, variablesType } from './lookups.ts'
import { requestType, responseType } from './message-types.ts'
import { once, stamp } from './stamp.ts'

/** What a GraphQL resolver was asked: known, so that resolvers can be judged. */
export const graphQLContext = defineType('interface IGraphQLContext', {
  'JObject Arguments { get; }': () => null,
  'JObject GraphQLArguments { get; }': () => null,
  'JObject Parent { get; }': () => null,
})

/** `context`: the call itself, read through this table. */
export const proxyRequestContext = defineType('interface IProxyRequestContext', {
  'IApi Api { get; }': (self: CallContext) => stamp(self.api, () => entities.api.of()),
  'IBackend Backend { get; }': ({ backendName }: CallContext) =>
    backendName === null ? null : stamp({ name: backendName }, () => entities.backend.of()),
  'IDeployment Deployment { get; }': (self: CallContext) => stamp(self.deployment, () => entities.deployment.of()),
  'TimeSpan Elapsed { get; }': (self: CallContext) => timeSpan(Math.max(0, Date.now() - self.startedAt)),
  // only a resolver's context has one, and resolvers do not run
  'IGraphQLContext GraphQL { get; }': () => null,
  'ProxyError LastError { get; }': (self: CallContext) => stamp(self.lastError, () => entities.lastError.of()),
  'IOperation Operation { get; }': (self: CallContext) => stamp(self.operation, () => entities.operation.of()),
  'IProduct Product { get; }': (self: CallContext) => stamp(self.product, () => entities.product.of()),
  'IRequest Request { get; }': (self: CallContext) => stamp(self.request, requestType),
  'Guid RequestId { get; }': (self: CallContext) => makeGuid(self.requestId),
  'IResponse Response { get; }': (self: CallContext) => stamp(self.response, responseType),
  'ISubscription Subscription { get; }': (self: CallContext) => stamp(self.subscription, () => entities.subscription.of()),
  'DateTime Timestamp { get; }': (self: CallContext) => entities.dateTime(self.startedAt),
  'bool Tracing { get; }': (self: CallContext) => self.tracer !== null,
  'IUser User { get; }': (self: CallContext) => stamp(self.user, () => entities.user.of()),
  'IReadOnlyDictionary<string, object> Variables { get; }': (self: CallContext) => asDictionary(self.variables, variablesType),
  // a gateway here serves one service, without API Management's workspaces
  'IWorkspace Workspace { get; }': () => null,
  'void Trace(string message)': (self: CallContext, message: string | null) => self.trace?.(message ?? ''),
})

export const contextType = once((): NamedType => proxyRequestContext.of())

function timeSpan(ms: number): Raw {
  const make = Object.entries(lookupDefinition('System.TimeSpan').table).find(([signature]) =>
    /^new\(long \w+\)$/.test(signature),
  )?.[1]
  if (typeof make !== 'function') throw new TypeError('System.TimeSpan has no constructor from ticks')
  return make(BigInt(Math.round(ms * 10_000)))
}
