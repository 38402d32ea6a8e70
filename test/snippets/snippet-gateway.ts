import { Buffer } from 'node:buffer'
import type { Catalog, Developer, Product, Subscription } from '../../src/catalog/catalog.ts'
import type { Diagnostic } from '../../src/catalog/diagnostic.ts'
import { clock } from '../../src/expressions/runtime/primitives/dates/clock.ts'
import { createRuntime, type Runtime } from '../../src/gateway/run/runtime.ts'
import { serveCall } from '../../src/gateway/run/serve-call.ts'
import { api, catalog, operation } from '../../src/gateway/testing/catalog.ts'
import { createTokenVerifier } from '../../src/identity/create-token-verifier.ts'
import { TestWeb } from '../../src/identity/testing/test-issuer.ts'
import { compilePolicies } from '../../src/policies/compile-policies.ts'
import { Body } from '../../src/policies/context/body.ts'
import type { CallContext } from '../../src/policies/context/call-context.ts'
import { Headers } from '../../src/policies/context/headers.ts'
import type { OutboundRequest, Ports } from '../../src/policies/ports.ts'
import { memoryPorts } from '../../src/policies/testing/memory-ports.ts'

/** A request that left the gateway: for its backend, or of a policy's own. */
export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: string
  /** A client certificate was shown. */
  readonly certificate: boolean
}

/** What a service answers; a text is sent as it is, anything else as JSON. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: unknown
}

/** Stands in for a service: undefined is no answer at all. */
export type StandIn = (asked: Asked) => Reply | undefined | Promise<Reply | undefined>

export interface Answer {
  readonly status: number
  readonly reason: string
  readonly headers: Headers
  readonly body: string
}

/** The documents of one API, and what they name. */
export interface SnippetParts {
  /** The API's policy. */
  readonly policy: string
  /** Policies of operations of their own, by `METHOD /template`. */
  readonly operations?: Readonly<Record<string, string>>
  /** Where the API's one operation is found, when it is not `* /*`. */
  readonly template?: string
  readonly method?: string
  readonly namedValues?: Readonly<Record<string, string>>
  readonly fragments?: Readonly<Record<string, string>>
  readonly region?: string
}

export interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** With the key of a subscription that a developer owns, to the product `Starter`. */
  readonly subscribed?: boolean
}

const owner: Developer = {
  name: 'u-1',
  email: 'dev@example.org',
  firstName: 'De',
  lastName: 'Veloper',
  note: '',
  state: 'active',
  identities: [],
  groups: ['developers'],
}
const product: Product = {
  name: 'starter',
  displayName: 'Starter',
  state: 'published',
  subscriptionRequired: true,
  approvalRequired: false,
  apis: ['snippet'],
  groups: [],
}
const subscription: Subscription = {
  name: 'sub',
  displayName: 'sub',
  scope: { kind: 'product', product: 'starter' },
  state: 'active',
  primaryKey: 'key-of-the-developer',
  allowTracing: false,
  owner: 'u-1',
}

/**
 * The gateway's own way of a call, from routing to the answer, with everybody outside stood in for: what policies ask of others, the backend, the
 * managed identity, the identity provider's keys. Cache and counters live as long as it does.
 */
export class SnippetGateway {
  readonly web = new TestWeb()
  readonly asked: Asked[] = []
  readonly forwarded: Asked[] = []
  readonly identityAsked: string[] = []
  readonly delays: number[] = []
  readonly diagnostics: readonly Diagnostic[]
  /** Others, by the beginning of their URL. */
  readonly services: [prefix: string, StandIn][] = []
  backend: StandIn = () => ({ body: { from: 'the backend' } })
  readonly #runtime: Runtime
  #late = 0

  constructor(parts: SnippetParts) {
    const given = catalogOf(parts)
    const program = compilePolicies(given, this.#ports())
    this.diagnostics = program.diagnostics
    this.#runtime = createRuntime({ catalog: given, program, generation: 1, worker: 0, identity: 'none' })
    if (parts.region !== undefined)
      Object.assign(this.#runtime, { deployment: { ...this.#runtime.deployment, region: parts.region } })
  }

  /** Moves the clock of policies and expressions: what is cached grows old. Whoever moved it sets `clock.now` right afterwards. */
  later(milliseconds: number): void {
    this.#late += milliseconds
    clock.now = () => Date.now() + this.#late
  }

  async call({ method = 'GET', path = '/', headers = {}, body = '', subscribed = false }: Sent = {}): Promise<Answer> {
    const all = new Headers(['Host', 'gateway.example', ...Object.entries(headers).flat()])
    if (subscribed) all.append('Ocp-Apim-Subscription-Key', 'key-of-the-developer')
    const [only = '', query] = path.split('?')
    const incoming = {
      method,
      path: `/snippet${only}`,
      query: query === undefined ? '' : `?${query}`,
      headers: all,
      body: Body.of(body),
      peer: '198.51.100.7',
      scheme: 'https',
      startedAt: Date.now(),
    } as const
    const { call, served } = serveCall(incoming, this.#runtime)
    const verdict = await served
    const bytes = (await call.response?.body.buffer(1_000_000)) ?? new Uint8Array()
    for (const finalizer of call.finalizers) finalizer(call)
    const late = new Headers([...(call.response?.headers.raw ?? []), ...call.lateHeaders.flat()])
    return { status: call.response?.statusCode ?? 0, reason: verdict.reason, headers: late, body: Buffer.from(bytes).toString() }
  }

  #ports(): Ports {
    return memoryPorts({
      now: () => Date.now() + this.#late,
      delay: async milliseconds => void this.delays.push(milliseconds),
      tokens: createTokenVerifier({ fetch: this.web.fetch }),
      managedIdentityToken: (resource, clientId) => {
        this.identityAsked.push(clientId === undefined ? resource : `${resource} as ${clientId}`)
        return { kind: 'token', token: `token-for ${resource}` }
      },
      send: async request => {
        const asked = await askedBy(request)
        this.asked.push(asked)
        const reply = await this.services.find(([prefix]) => asked.url.startsWith(prefix))?.[1](asked)
        if (reply === undefined)
          return { kind: 'failure', reason: 'backend.unreachable', message: `nobody stands in for ${asked.url}` }
        return {
          kind: 'response',
          statusCode: reply.status ?? 200,
          statusReason: '',
          headers: headersOf(reply),
          body: bytesOf(reply),
        }
      },
      forward: async ctx => {
        const asked = await askedBy({ ...ctx.request, url: ctx.request.url.toString() })
        this.forwarded.push(asked)
        const reply = (await this.backend(asked)) ?? { status: 502 }
        ctx.response = {
          statusCode: reply.status ?? 200,
          statusReason: '',
          headers: headersOf(reply),
          body: Body.of(bytesOf(reply)),
        }
        return undefined
      },
    })
  }
}

async function askedBy(
  request: Pick<OutboundRequest, 'method' | 'url' | 'headers' | 'body'> & Pick<CallContext['request'], 'clientCertificate'>,
): Promise<Asked> {
  const { method, url, headers, body, clientCertificate } = request
  const bytes = await body.buffer(1_000_000)
  return {
    method,
    url,
    headers: headers.clone(),
    body: Buffer.from(bytes).toString(),
    certificate: clientCertificate !== undefined,
  }
}

function headersOf({ headers = {}, body }: Reply): Headers {
  const list = new Headers(Object.entries(headers).flatMap(([name, values]) => [values].flat().flatMap(value => [name, value])))
  if (!list.has('Content-Type') && body !== undefined && typeof body !== 'string') list.append('Content-Type', 'application/json')
  return list
}

function bytesOf({ body }: Reply): Uint8Array {
  return Buffer.from(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
}

function catalogOf({
  policy,
  operations = {},
  template = '/*',
  method = '*',
  namedValues = {},
  fragments = {},
}: SnippetParts): Catalog {
  const document = (file: string, text: string) => ({ file, text })
  const own = Object.entries(operations).map(([place, text]) => {
    const [verb = 'GET', at = '/'] = place.split(' ')
    return operation(place, verb, at, { policy: document(`${place}.xml`, text) })
  })
  const the = api('snippet', 'snippet', [operation('the-operation', method, template), ...own], {
    serviceUrl: 'https://backend.example/base',
    policy: document('snippet.xml', policy),
  })
  return catalog('/workspace', {
    apis: [the],
    products: [product],
    subscriptions: [subscription],
    users: [owner],
    groups: [{ name: 'developers', displayName: 'Developers' }],
    namedValues: Object.entries(namedValues).map(([name, value]) => ({
      name,
      displayName: name,
      value,
      secret: false,
      file: '',
    })),
    fragments: Object.entries(fragments).map(([name, text]) => ({ name, policy: document(`${name}.xml`, text) })),
  })
}
