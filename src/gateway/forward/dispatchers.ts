import type { RequestOptions } from 'node:https'
import { TLSSocket } from 'node:tls'
import { Agent, buildConnector, type Dispatcher, interceptors, ProxyAgent } from 'undici'
import { type BoundTenant, isServedLocally } from '../../identity/entra-hosts.ts'
import type { LocalDirectory } from '../../identity/http-fetch.ts'
import type { OutboundRequest } from '../../policies/ports.ts'
import { markIdleSocket } from './failure.ts'
import type { OwnAuthorities } from './own-authorities.ts'
import { checkedConnection, checkServer, needsCheck, type ServerTrust } from './server-check.ts'

/** How a connection is made, beyond its address. Equal settings share one pool. */
export interface ConnectionSettings extends ConnectionIdentity {
  readonly followRedirects: boolean
  readonly http2: boolean
  readonly proxy?: OutboundRequest['proxy']
  /** To the local directory, whatever host the address names. */
  readonly toDirectory?: true
}

/** How both ends of a TLS connection prove themselves. */
export interface ConnectionIdentity extends ServerTrust {
  readonly clientCertificate?: OutboundRequest['clientCertificate']
  readonly authorities?: OwnAuthorities
}

/** The local directory that stands in for a tenant's Entra. */
export interface StandIn {
  readonly tenant: BoundTenant
  readonly directory: LocalDirectory
}

/** More different settings than this, and the oldest pool is closed. */
const maxPools = 64
const maxRedirects = 10
/** Milliseconds until a connection must stand. */
const connectTimeout = 10_000

/** Connection pools to backends, one for each kind of connection; within each, undici keeps one for each origin. */
export class Dispatchers {
  readonly #pools = new Map<string, { readonly agent: Agent | ProxyAgent; readonly dispatcher: Dispatcher }>()

  readonly #standIn: StandIn | undefined

  constructor(standIn?: StandIn) {
    this.#standIn = standIn
  }

  /** Whether the local directory answers for this address. */
  isDirectory(url: URL): boolean {
    return this.#standIn !== undefined && isServedLocally(url, this.#standIn.tenant)
  }

  for(settings: ConnectionSettings): Dispatcher {
    const key = keyOf(settings)
    const known = this.#pools.get(key)
    if (known !== undefined) return known.dispatcher
    if (this.#pools.size >= maxPools) this.#closeOldest()
    const agent =
      settings.toDirectory === true && this.#standIn !== undefined ? directoryAgent(this.#standIn.directory) : makeAgent(settings)
    const dispatcher = settings.followRedirects ? agent.compose(interceptors.redirect({ maxRedirections: maxRedirects })) : agent
    this.#pools.set(key, { agent, dispatcher })
    return dispatcher
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(({ agent }) => agent.destroy()))
    this.#pools.clear()
  }

  #closeOldest(): void {
    const [oldest] = this.#pools
    if (oldest === undefined) return
    this.#pools.delete(oldest[0])
    void oldest[1].agent.close()
  }
}

/** Without keys and authorities: their fingerprints are enough, and a private key would stay in memory as a text. */
function keyOf(settings: ConnectionSettings): string {
  const { clientCertificate, authorities } = settings
  if (clientCertificate === undefined && authorities === undefined) return JSON.stringify(settings)
  return JSON.stringify({
    ...settings,
    clientCertificate: clientCertificate?.fingerprint,
    authorities: authorities?.fingerprint,
  })
}

/** Options of a TLS connection to a backend. What `needsCheck` says is looked at on top of them. */
export function tlsOptions({ verifyChain, verifyName, clientCertificate, pins, authorities }: ConnectionIdentity) {
  return {
    // certificates that are named stand for themselves
    rejectUnauthorized: verifyChain && pins === undefined,
    ...(verifyName && pins === undefined ? {} : { checkServerIdentity: () => undefined }),
    ...(clientCertificate === undefined ? {} : { cert: clientCertificate.cert, key: clientCertificate.key }),
    ...(authorities === undefined ? {} : { ca: [...authorities.ca] }),
  }
}

/** For a request over node:https with a connection of its own. */
export function ownConnection(identity: ConnectionIdentity): RequestOptions {
  const tls = tlsOptions(identity)
  return needsCheck(identity) ? { createConnection: checkedConnection(identity, tls) } : { agent: false, ...tls }
}

function makeAgent(settings: ConnectionSettings): Agent | ProxyAgent {
  const { http2, proxy } = settings
  const tls = {
    ...tlsOptions(settings),
    timeout: connectTimeout,
    allowH2: http2,
    // a resumed session tells no chain, and what is looked at here is looked at each time
    ...(needsCheck(settings) ? { maxCachedSessions: 0 } : {}),
  }
  // time limits are the call's own: forward-request's and send-request's timeout
  const common = {
    connections: 256,
    pipelining: 1,
    keepAliveTimeout: 30_000,
    allowH2: http2,
    headersTimeout: 0,
    bodyTimeout: 300_000,
  } as const
  if (proxy === undefined) return new Agent({ ...common, connect: watched(checked(buildConnector(tls), settings)) })
  const token =
    proxy.username === undefined
      ? {}
      : { token: `Basic ${Buffer.from(`${proxy.username}:${proxy.password ?? ''}`).toString('base64')}` }
  return new ProxyAgent({ ...common, uri: proxy.url, ...token, requestTls: tls })
}

/** Connects to the local directory and believes its CA alone. */
function directoryAgent({ host, port, caPem }: LocalDirectory): Agent {
  const hostname = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  const connect = buildConnector({ ca: caPem, servername: 'localhost', timeout: connectTimeout })
  return new Agent({
    connections: 8,
    connect: (asked, done) => connect({ ...asked, hostname, host: hostname, port: String(port), servername: 'localhost' }, done),
  })
}

/** Looks at a backend's certificate once the connection stands, where Node's own verification is not enough. */
function checked(connect: buildConnector.connector, settings: ConnectionSettings): buildConnector.connector {
  if (!needsCheck(settings)) return connect
  return (options, done) =>
    connect(options, (...result) => {
      const [, socket] = result
      const { servername, hostname } = options
      const error = socket instanceof TLSSocket ? checkServer(socket, servername ?? hostname, settings, Date.now()) : undefined
      if (error === undefined) return done(...result)
      socket?.destroy()
      done(error, null)
    })
}

/** Marks errors of connections that had served before, first of all listeners: whether a call may be sent again depends on it. */
function watched(connect: buildConnector.connector): buildConnector.connector {
  return (options, done) =>
    connect(options, (...result) => {
      const [, socket] = result
      socket?.on('error', (error: Error) => {
        if (socket.bytesRead > 0) markIdleSocket(error)
      })
      done(...result)
    })
}
