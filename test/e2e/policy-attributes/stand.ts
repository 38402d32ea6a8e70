import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Running, startGatehouse } from '../../harness/gatehouse.ts'
import { temporaryWorkspace } from '../../harness/workspace.ts'

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** As they stood on the wire: names and values in turn. */
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly reason: string
  readonly headers: Headers
  readonly body: string
  /** What the backend got, unless it was told to answer something else. */
  readonly echo: Seen
}

export interface CallInit {
  readonly method?: string
  readonly query?: string
  readonly headers?: Record<string, string>
  readonly body?: string
  /** What the backend answers, instead of an echo. */
  readonly answer?: {
    readonly status?: number
    readonly headers?: Record<string, string>
    readonly body?: string
    readonly afterMs?: number
    /** Not where the URL has this in it. */
    readonly unless?: string
  }
}

export type Call = (init?: CallInit) => Promise<Answer>

export interface Witness {
  /** What the backend got of this case. */
  seen(): readonly Seen[]
  /** What the forward proxy was asked. */
  readonly proxied: readonly Seen[]
  /** What the gateway printed. */
  log(): string
}

export interface Case {
  /** The policy and those of its attributes and children that the case shows. */
  readonly shows: string
  /** Policies of the operation. `BACKEND` stands for the backend's address for this case, `PROXY` for that of a forward proxy. */
  readonly policy: Partial<Record<'inbound' | 'backend' | 'outbound' | 'on-error', string>>
  /** Inbound policies of a product through whose subscription the calls come; `OWN` stands for the names of its API and operation. */
  readonly product?: string
  /** Over the description of its GET and POST. */
  readonly described?: object
  run(call: Call, stand: Witness): Promise<void>
}

export interface Stand {
  run(one: Case): Promise<void>
  stop(): Promise<void>
}

/** One gateway before one backend, with an operation for each case. */
export async function startStand(cases: readonly Case[]): Promise<Stand> {
  const seen: Seen[] = []
  const proxied: Seen[] = []
  const backend = await listening(answering(seen))
  const proxy = await listening(tunneling(proxied))
  const workspace = await temporaryWorkspace(artifacts(cases, backend.address, proxy.address))
  const gatehouse = await startGatehouse(workspace.folder)
  return {
    run: one => {
      const name = nameOf(cases.indexOf(one))
      const ofCase = () => seen.filter(({ url }) => new RegExp(`/${name}(?![0-9])`).test(url))
      return one.run(caller(gatehouse, name, one.product !== undefined), { seen: ofCase, proxied, log: gatehouse.log })
    },
    async stop() {
      await gatehouse.stop()
      await Promise.all([backend.close(), proxy.close(), workspace.remove()])
    },
  }
}

const nameOf = (index: number) => `c${index}`

function caller(gatehouse: Running, name: string, subscribed: boolean): Call {
  return async ({ method = 'GET', query = '', headers = {}, body, answer } = {}) => {
    const key = subscribed ? { 'Ocp-Apim-Subscription-Key': `key-${name}` } : {}
    const told = answer === undefined ? {} : { 'x-answer': JSON.stringify(answer) }
    const url = `${gatehouse.gateway}${subscribed ? `/${name}` : '/all'}/${name}${query}`
    const init: RequestInit = {
      method,
      headers: { ...headers, ...key, ...told },
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
    }
    const response = await fetch(url, body === undefined ? init : { ...init, body })
    const text = await response.text()
    return {
      status: response.status,
      reason: response.statusText,
      headers: response.headers,
      body: text,
      get echo(): Seen {
        return JSON.parse(text) as Seen // the backend's own answer
      },
    }
  }
}

function artifacts(cases: readonly Case[], backend: string, proxy: string): Record<string, string> {
  const json = (properties: object) => JSON.stringify({ properties })
  const own = cases.map((one, index) => ({ one, name: nameOf(index) }))
  const api = (path: string, names: readonly (typeof own)[number][], subscriptionRequired: boolean) => ({
    [`apis/${path}/apiInformation.json`]: json({
      path,
      displayName: `API ${path}`,
      protocols: ['http'],
      serviceUrl: backend,
      subscriptionRequired,
    }),
    [`apis/${path}/specification.json`]: JSON.stringify({
      openapi: '3.0.1',
      info: { title: path, version: '1' },
      paths: Object.fromEntries(names.map(({ one, name }) => [`/${name}`, described(name, one.described)])),
    }),
    ...Object.fromEntries(
      names.flatMap(({ one, name }) =>
        ['', '-post'].map(end => [
          `apis/${path}/operations/${name}${end}/policy.xml`,
          document(one.policy).replaceAll('BACKEND', `${backend}/${name}`).replaceAll('PROXY', proxy),
        ]),
      ),
    ),
  })
  const subscribed = own.filter(({ one }) => one.product !== undefined)
  return {
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1 }\n',
    'policy.xml': '<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>',
    ...api(
      'all',
      own.filter(({ one }) => one.product === undefined),
      false,
    ),
    ...Object.assign({}, ...subscribed.map(each => api(each.name, [each], true))),
    ...Object.fromEntries(
      subscribed.flatMap(({ one, name }) => [
        [`products/${name}/productInformation.json`, json({ displayName: name, state: 'published', subscriptionRequired: true })],
        [`products/${name}/apis/${name}/productApiInformation.json`, '{}'],
        [
          `products/${name}/policy.xml`,
          document(one.product === undefined ? {} : { inbound: one.product.replaceAll('OWN', name) }),
        ],
        [
          `subscriptions/${name}/subscriptionInformation.json`,
          json({ displayName: name, scope: `/products/${name}`, state: 'active', primaryKey: `key-${name}` }),
        ],
      ]),
    ),
  }
}

function described(name: string, more: object = {}): object {
  const operation = (operationId: string) => ({ operationId, responses: { 200: { description: 'fine' } }, ...more })
  return { get: operation(name), post: operation(`${name}-post`) }
}

function document(policy: Case['policy']): string {
  const section = (name: keyof Case['policy']) => `<${name}>${policy[name] ?? '<base />'}</${name}>`
  return `<policies>${section('inbound')}${section('backend')}${section('outbound')}${section('on-error')}</policies>`
}

/** Says what it got, or what the call's `x-answer` tells it to. */
function answering(seen: Seen[]): Server {
  return createServer(async (request, response) => {
    const { method = '', url = '', headers, rawHeaders } = request
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const echo: Seen = { method, url, headers, rawHeaders, body }
    seen.push(echo)
    const asked: CallInit['answer'] = JSON.parse(String(headers['x-answer'] ?? '{}'))
    const told = asked?.unless !== undefined && url.includes(asked.unless) ? {} : asked
    if (told?.afterMs !== undefined) await new Promise(resolve => setTimeout(resolve, told.afterMs))
    response.writeHead(told?.status ?? 200, { 'content-type': 'application/json', ...told?.headers })
    response.end(told?.body ?? JSON.stringify(echo))
  })
}

/** A forward proxy that notes what it is asked and tunnels. */
function tunneling(proxied: Seen[]): Server {
  return createServer().on('connect', (request: IncomingMessage, socket: Duplex) => {
    const { method = '', url = '', headers, rawHeaders } = request
    proxied.push({ method, url, headers, rawHeaders, body: '' })
    const [host = '', port] = url.split(':')
    const onward = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    onward.on('error', () => socket.destroy()).pipe(socket)
    socket.on('error', () => onward.destroy()).pipe(onward)
  })
}

async function listening(server: Server): Promise<{ readonly address: string; close(): Promise<void> }> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server's address, not a pipe's
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
