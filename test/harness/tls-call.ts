import { once } from 'node:events'
import { type Agent, request } from 'node:https'
import type { Issued } from '../../src/expressions/runtime/data/testing/make-certificates.ts'
import { readAll } from '../../src/gateway/testing/backends.ts'

export interface TlsCall {
  readonly port: number
  /** The root that the server must come from. */
  readonly root: Issued
  readonly path: string
  /** What the caller shows: its certificate and key, and what links it to a root. */
  readonly client?: Issued
  readonly links?: readonly Issued[]
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly agent?: Agent
}

export interface TlsAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** One call over TLS on a connection of its own (unless an agent is given). Rejects when no connection comes about. */
export async function tlsCall({
  port,
  root,
  path,
  client,
  links = [],
  method = 'GET',
  headers = {},
  agent,
}: TlsCall): Promise<TlsAnswer> {
  const shown = client === undefined ? {} : { cert: [client, ...links].map(({ cert }) => cert).join(''), key: client.keyPem }
  const sent = request({
    host: '127.0.0.1',
    servername: 'localhost',
    port,
    path,
    method,
    headers,
    ca: root.cert,
    agent: agent ?? false,
    ...shown,
  })
  sent.end()
  const [answer] = await once(sent, 'response')
  return { status: answer.statusCode, headers: answer.headers, body: await readAll(answer) }
}
