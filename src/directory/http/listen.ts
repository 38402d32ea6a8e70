import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { HostPort } from '../../catalog/settings.ts'
import type { ServerCertificate } from '../certificates/authority.ts'
import type { DirectoryRequest, DirectoryResponse } from './exchange.ts'

export type Handler = (request: DirectoryRequest) => DirectoryResponse | Promise<DirectoryResponse>

export interface Listening {
  readonly address: HostPort
  close(): Promise<void>
}

/** Bytes of a request body, of its head, and of the path with query. */
const maxBody = 64 * 1024
const maxHead = 32 * 1024
/** Milliseconds for a whole request. */
const requestTimeout = 30_000
const maxConnections = 500

/** Listens with TLS, reads each request whole and hands it over. A handler that throws is a bug: 500, without detail. */
export function listen(
  { host, port }: HostPort,
  certificate: ServerCertificate,
  isKnownHost: (name: string) => boolean,
  handler: Handler,
): Promise<Listening> {
  const server = createServer({ ...certificate, minVersion: 'TLSv1.2', maxHeaderSize: maxHead, requestTimeout })
  server.maxConnections = maxConnections
  let own = ''
  server.on(
    'request',
    (message, response) => void serve(message, response, handler, name => (isKnownHost(name) ? undefined : own)),
  )
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = addressOf(server, host)
      own = `https://${host.includes(':') ? `[${host}]` : host}:${address.port}`
      resolve({ address, close: () => close(server) })
    })
  })
}

function addressOf(server: Server, host: string): HostPort {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has a port')
  return { host, port: address.port }
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  handler: Handler,
  instead: (host: string) => string | undefined,
): Promise<void> {
  const answer = await answerTo(message, handler, instead).catch((): DirectoryResponse => plain(500, 'internal error'))
  if (response.destroyed) return
  response.on('error', () => response.destroy())
  for (const [name, value] of [...always, ...answer.headers]) response.appendHeader(name, value)
  response.statusCode = answer.status
  // a body that was not read to its end leaves the connection unusable
  if (!message.complete) response.setHeader('Connection', 'close')
  response.end(message.method === 'HEAD' ? undefined : answer.body)
}

const always = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
] as const

const plain = (status: number, text: string): DirectoryResponse => ({
  status,
  headers: [['Content-Type', 'text/plain; charset=utf-8']],
  body: text,
})

async function answerTo(
  message: IncomingMessage,
  handler: Handler,
  instead: (host: string) => string | undefined,
): Promise<DirectoryResponse> {
  const host = message.headers.host ?? ''
  const target = `https://${host}${message.url ?? '/'}`
  if (!message.url?.startsWith('/') || !URL.canParse(target)) return plain(400, 'malformed request')
  const url = new URL(target)
  const path = decodePath(url.pathname)
  if (path === undefined) return plain(400, 'malformed path')
  const body = await readBody(message)
  if (body === undefined) return plain(413, 'the body is too large')
  return handler({
    method: message.method === 'HEAD' ? 'GET' : (message.method ?? ''),
    path,
    query: url.searchParams,
    headers: fieldsOf(message),
    body,
    origin: instead(url.hostname) ?? url.origin,
    ipAddress: message.socket.remoteAddress ?? '',
  })
}

function decodePath(path: string): string[] | undefined {
  try {
    return path
      .split('/')
      .filter(part => part !== '')
      .map(decodeURIComponent)
  } catch {
    return undefined // a stray percent sign
  }
}

async function readBody(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message) {
    // no encoding is set on the message: its chunks are Buffers
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > maxBody) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function fieldsOf(message: IncomingMessage): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const [name, value] of Object.entries(message.headers))
    if (value !== undefined) fields.set(name, typeof value === 'string' ? value : value.join(', '))
  return fields
}
