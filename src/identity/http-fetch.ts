import { Agent, buildConnector, type Dispatcher, request } from 'undici'
import { type BoundTenant, isServedLocally } from './entra-hosts.ts'
import type { FetchedDocument, KeyFetch } from './key-fetch.ts'

/** Where the local directory listens, and the CA that made its certificate. */
export interface LocalDirectory {
  readonly host: string
  readonly port: number
  readonly caPem: string
}

export interface IdentityFetchOptions {
  /** Both or neither: a local directory stands in for one tenant. */
  readonly local?: { readonly tenant: BoundTenant; readonly directory: LocalDirectory }
  /** Milliseconds for the whole exchange. */
  readonly timeout?: number
  /** Bytes of a document. */
  readonly maxBytes?: number
}

/** A request for a token of this process's own. */
export interface TokenRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  /** A form, urlencoded; JSON for Microsoft Graph. */
  readonly body?: string
}

export interface ExchangeAnswer {
  readonly status: number
  readonly body: string
  /** The field Retry-After, as it was sent. */
  readonly retryAfter?: string
}

/** Asks an identity endpoint. Bounded in time and size; rejects when there is no answer. */
export type TokenExchange = (url: string, request: TokenRequest) => Promise<ExchangeAnswer>

export interface IdentityFetch {
  readonly fetch: KeyFetch
  readonly exchange: TokenExchange
  close(): Promise<void>
}

/**
 * Fetches OpenID configurations and key sets, and asks for tokens: the file of this room that does I/O. With a local directory, Entra's host names
 * lead to it for its tenant, inside this process only; redirects are not followed.
 */
export function createIdentityFetch(options: IdentityFetchOptions = {}): IdentityFetch {
  const { local, timeout = 5000, maxBytes = 512 * 1024 } = options
  const outside = new Agent({ connect: { timeout }, connections: 8 })
  const inside = local === undefined ? undefined : directoryAgent(local.directory, timeout)
  const ask = async (url: string, asked: TokenRequest): Promise<FetchedDocument & ExchangeAnswer> => {
    const target = new URL(url)
    const isLocal = local !== undefined && isServedLocally(target, local.tenant)
    const dispatcher = isLocal && inside !== undefined ? inside : outside
    const answer = await send(target, asked, dispatcher, timeout, maxBytes)
    return { ...answer, origin: isLocal ? 'directory' : 'network' }
  }
  const fetch: KeyFetch = url => ask(url, { method: 'GET', headers: { accept: 'application/json' } })
  return { fetch, exchange: ask, close: async () => void (await Promise.all([outside.close(), inside?.close()])) }
}

/** Connects to the local directory whatever host the address names, and believes its CA alone. */
function directoryAgent(directory: LocalDirectory, timeout: number): Agent {
  const connect = buildConnector({ ca: directory.caPem, servername: 'localhost', timeout })
  const hostname = directory.host === '0.0.0.0' || directory.host === '::' ? '127.0.0.1' : directory.host
  return new Agent({
    connections: 4,
    connect: (asked, done) =>
      connect({ ...asked, hostname, host: hostname, port: String(directory.port), servername: 'localhost' }, done),
  })
}

async function send(
  url: URL,
  { method, headers, body: form }: TokenRequest,
  dispatcher: Dispatcher,
  timeout: number,
  maxBytes: number,
): Promise<ExchangeAnswer> {
  const signal = AbortSignal.timeout(timeout)
  const { statusCode, headers: fields, body } = await request(url, { dispatcher, signal, method, headers, body: form ?? null })
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    // undici's body streams give Buffers
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > maxBytes) throw new Error(`the document at ${url.host} is larger than ${maxBytes} bytes`)
    chunks.push(bytes)
  }
  const retryAfter = fields['retry-after']
  const answer = { status: statusCode, body: Buffer.concat(chunks).toString('utf8') }
  return typeof retryAfter === 'string' ? { ...answer, retryAfter } : answer
}
