import { lookupType } from '../../expressions/types/registry.ts'
import { Boxed, type Value } from '../../expressions/types/values.ts'
import { Body } from './body.ts'
import type { CallContext, RequestMessage, ResponseMessage } from './call-context.ts'
import { Headers } from './headers.ts'
import { RequestUrl } from './request-url.ts'
import { contextType } from './types/context-type.ts'
import { noBody } from './types/message-types.ts'
import { stamp } from './types/stamp.ts'

/** A context that is described, not lived: what `gatehouse eval` and policy tests give. Members left out are null. */
type Json = Readonly<Record<string, unknown>>

/**
 * Makes the `context` that an expression sees of JSON: `{request: {method, url, headers: {Name: [value]}, body, ipAddress,
 * matchedParameters}, response: {status, reason, headers, body}, variables, api: {id, name, path, serviceUrl}, operation, product,
 * subscription, user, deployment}`, all optional. Whole numbers in `variables` are Int32, others Double. Throws TypeError for what has
 * another shape.
 */
export function contextFromJson(json: unknown): CallContext {
  const given = objectOr(json, 'the context') ?? {}
  const context: { readonly [K in keyof CallContext]: CallContext[K] | null } = {
    requestId: '00000000-0000-0000-0000-000000000000',
    startedAt: Date.UTC(2000, 0, 1),
    api: named(given.api, 'api', apiOf),
    operation: named(given.operation, 'operation', operationOf),
    product: named(given.product, 'product', productOf),
    subscription: named(given.subscription, 'subscription', subscriptionOf),
    user: named(given.user, 'user', userOf),
    deployment: named(given.deployment, 'deployment', deploymentOf),
    request: requestOf(objectOr(given.request, 'request') ?? {}),
    response: named(given.response, 'response', responseOf),
    variables: variablesOf(objectOr(given.variables, 'variables') ?? {}),
    lastError: named(given.lastError, 'lastError', lastErrorOf),
    backendName: null,
    caller: null,
    backendTime: 0,
    signal: new AbortController().signal,
    lateHeaders: [],
    countedKeys: null,
    tracer: null,
    transferred: 0,
    finalizers: [],
  }
  // only expressions read it, and they take null for an entity that was not described; stamp gives back what it got
  return stamp(context as CallContext, contextType) as CallContext
}

function objectOr(value: unknown, name: string): Json | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'object' || Array.isArray(value)) throw new TypeError(`${name} must be an object`)
  return value as Json // a JSON object
}

function named<T>(value: unknown, name: string, make: (json: Json) => T): T | null {
  const json = objectOr(value, name)
  return json === undefined ? null : make(json)
}

/** A text, or null; the expressions' tables pass null on. */
function text(value: unknown): string {
  return (value === undefined || value === null ? null : String(value)) as string // the tables hand a null on as C#'s
}

function requestOf(json: Json): RequestMessage {
  const url = urlOf(text(json.url) ?? 'https://gateway.example.com/')
  return {
    method: text(json.method) ?? 'GET',
    url,
    originalUrl: url,
    headers: headersOf(json.headers),
    body: typeof json.body === 'string' ? Body.of(json.body) : Body.empty(),
    ipAddress: text(json.ipAddress),
    matchedParameters: new Map(
      Object.entries(objectOr(json.matchedParameters, 'matchedParameters') ?? {}).map(([name, value]) => [name, text(value)]),
    ),
  }
}

function urlOf(raw: string): RequestUrl {
  const url = RequestUrl.parse(raw)
  if (url === undefined) throw new TypeError(`request.url must be an absolute http(s) URL, not ${raw}`)
  // System.Uri escapes these two, the URL standard does not
  url.path = url.path.replace(/[|^]/g, encodeURIComponent)
  return url
}

function responseOf(json: Json): ResponseMessage {
  return {
    statusCode: typeof json.status === 'number' ? json.status : 200,
    statusReason: text(json.reason),
    headers: headersOf(json.headers),
    body: typeof json.body === 'string' ? Body.of(json.body) : noBody,
  }
}

function headersOf(value: unknown): Headers {
  const headers = new Headers()
  for (const [name, values] of Object.entries(objectOr(value, 'headers') ?? {}))
    headers.append(name, ...[values].flat().map(String))
  return headers
}

function variablesOf(json: Json): Map<string, Value> {
  return new Map(Object.entries(json).map(([name, value]) => [name, variableFromJson(value)]))
}

/** Whole numbers are Int32, others Double; an object or a list is its JSON text. */
export function variableFromJson(value: unknown): Value {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  if (typeof value !== 'number') return value ?? null
  return Number.isInteger(value) ? value | 0 : new Boxed(lookupType('System.Double'), value)
}

function apiOf(json: Json): CallContext['api'] {
  const path = text(json.path)
  const described = {
    name: text(json.id),
    displayName: text(json.name),
    path,
    contextPath: path,
    type: 'http',
    revision: text(json.revision) ?? '1',
    isCurrent: true,
    version: text(json.version),
    protocols: ['https'],
    serviceUrl: text(json.serviceUrl),
    subscriptionRequired: true,
    subscriptionKeyNames: { header: 'Ocp-Apim-Subscription-Key', query: 'subscription-key' },
    operations: [],
    tags: [],
    file: '',
  } as const
  return described
}

function operationOf(json: Json): CallContext['operation'] {
  return {
    name: text(json.id),
    displayName: text(json.name),
    method: text(json.method),
    urlTemplate: text(json.urlTemplate),
    responses: [],
  }
}

function productOf(json: Json): CallContext['product'] {
  return {
    name: text(json.id),
    displayName: text(json.name),
    state: 'published',
    subscriptionRequired: true,
    approvalRequired: false,
    apis: [],
    groups: [],
  }
}

function subscriptionOf(json: Json): CallContext['subscription'] {
  return {
    name: text(json.id),
    displayName: text(json.name),
    scope: { kind: 'allApis' },
    state: 'active',
    primaryKey: text(json.key),
    allowTracing: false,
  }
}

function userOf(json: Json): CallContext['user'] {
  const groups = Array.isArray(json.groups) ? json.groups : []
  return {
    id: text(json.id),
    email: text(json.email),
    firstName: text(json.firstName),
    lastName: text(json.lastName),
    groups: groups.map((one: unknown) => {
      const group = objectOr(one, 'a group') ?? {}
      return { id: text(group.id), name: text(group.name) }
    }),
  }
}

function deploymentOf(json: Json): CallContext['deployment'] {
  return { region: text(json.region), serviceName: text(json.serviceName), gatewayId: text(json.gatewayId) }
}

function lastErrorOf(json: Json): CallContext['lastError'] {
  return {
    source: text(json.source),
    reason: text(json.reason),
    message: text(json.message),
    scope: text(json.scope),
    section: text(json.section),
    path: text(json.path),
    policyId: text(json.policyId),
  }
}
