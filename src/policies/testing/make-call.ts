import type { Api, Operation, Product, Subscription } from '../../catalog/catalog.ts'
import type { NetCertificate } from '../../expressions/runtime/data/crypto/certificate.ts'
import type { Value } from '../../expressions/types/values.ts'
import { Body, type ByteStream } from '../context/body.ts'
import type { CallContext, User } from '../context/call-context.ts'
import { Headers } from '../context/headers.ts'
import { RequestUrl } from '../context/request-url.ts'

/** A made-up message: headers by name, one value or several; a body as text, bytes or a stream. */
export interface MadeMessage {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Uint8Array | ByteStream
}

/** What a test says of its call; the rest is filled in. */
export interface MadeCall {
  readonly request?: MadeMessage & {
    readonly method?: string
    /** Where the request goes to; `originalUrl` is where it came in. */
    readonly url?: string
    readonly originalUrl?: string
    readonly ipAddress?: string
    readonly callerCertificate?: NetCertificate
    readonly matchedParameters?: Readonly<Record<string, string>>
  }
  readonly response?: MadeMessage & { readonly statusCode?: number; readonly statusReason?: string }
  readonly api?: Partial<Api>
  readonly operation?: Partial<Operation>
  readonly product?: Partial<Product> | null
  readonly subscription?: Partial<Subscription> | null
  readonly user?: User | null
  readonly variables?: Readonly<Record<string, Value>>
  readonly signal?: AbortSignal
}

/** A call context for tests: a GET of `https://api.example/colors/random` on the API `colors`. */
export function makeCall(call: MadeCall = {}): CallContext {
  const { request = {}, response } = call
  return {
    requestId: '11111111-2222-3333-4444-555555555555',
    startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
    api: { ...api, ...call.api },
    operation: { ...operation, ...call.operation },
    product: call.product ? { ...starter, ...call.product } : null,
    subscription: call.subscription ? { ...subscription, ...call.subscription } : null,
    user: call.user ?? null,
    deployment: { region: 'local', serviceName: 'gatehouse', gatewayId: 'managed' },
    request: {
      method: request.method ?? 'GET',
      url: urlOf(request.url ?? 'https://backend.example/random'),
      originalUrl: urlOf(request.originalUrl ?? request.url ?? 'https://api.example/colors/random'),
      headers: headersOf(request),
      body: bodyOf(request),
      ipAddress: request.ipAddress ?? '203.0.113.7',
      ...(request.callerCertificate === undefined ? {} : { callerCertificate: request.callerCertificate }),
      matchedParameters: new Map(Object.entries(request.matchedParameters ?? {})),
    },
    response:
      response === undefined
        ? null
        : {
            statusCode: response.statusCode ?? 200,
            statusReason: response.statusReason ?? 'OK',
            headers: headersOf(response),
            body: bodyOf(response),
          },
    variables: new Map(Object.entries(call.variables ?? {})),
    lastError: null,
    backendName: null,
    caller: null,
    backendTime: 0,
    signal: call.signal ?? new AbortController().signal,
    lateHeaders: [],
    countedKeys: null,
    tracer: null,
    transferred: 0,
    finalizers: [],
  }
}

function urlOf(text: string): RequestUrl {
  const url = RequestUrl.parse(text)
  if (url === undefined) throw new TypeError(`not a URL: ${text}`)
  return url
}

function headersOf({ headers = {} }: MadeMessage): Headers {
  const made = new Headers()
  for (const [name, values] of Object.entries(headers)) made.append(name, ...[values].flat())
  return made
}

function bodyOf({ body }: MadeMessage): Body {
  if (body === undefined) return Body.empty()
  return typeof body === 'string' || body instanceof Uint8Array ? Body.of(body) : Body.streaming(body)
}

const operation: Operation = {
  name: 'get-random',
  displayName: 'Random color',
  method: 'GET',
  urlTemplate: '/random',
  responses: [],
}

const api: Api = {
  name: 'colors',
  displayName: 'Colors',
  path: 'colors',
  type: 'http',
  revision: '1',
  isCurrent: true,
  protocols: ['https'],
  serviceUrl: 'https://backend.example',
  subscriptionRequired: false,
  subscriptionKeyNames: { header: 'Ocp-Apim-Subscription-Key', query: 'subscription-key' },
  operations: [operation],
  tags: [],
  file: 'apis/colors/apiInformation.json',
}

export const starter: Product = {
  name: 'starter',
  displayName: 'Starter',
  state: 'published',
  subscriptionRequired: true,
  approvalRequired: false,
  apis: ['colors'],
  groups: [],
}

const subscription: Subscription = {
  name: 'first',
  displayName: 'First',
  scope: { kind: 'allApis' },
  state: 'active',
  primaryKey: 'p-key',
  secondaryKey: 's-key',
  allowTracing: false,
}
