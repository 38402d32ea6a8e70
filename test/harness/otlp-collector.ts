import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface OtlpPush {
  readonly path: string
  readonly body: string
}

export interface OtlpCollector {
  /** `http://127.0.0.1:PORT`. */
  readonly address: string
  readonly pushes: readonly OtlpPush[]
  /** What it answers from now on: a status, 200 at first. */
  answer(status: number): void
  /** Resolves when the test finds in what came so far what it looks for. */
  until<T>(find: (pushes: readonly OtlpPush[]) => T | undefined): Promise<T>
  close(): Promise<void>
}

/** A collector that takes OTLP over HTTP, as JSON, and keeps what it accepted. */
export async function startOtlpCollector(port = 0): Promise<OtlpCollector> {
  const pushes: OtlpPush[] = []
  const waiting = new Set<() => void>()
  let status = 200
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    if (status === 200) pushes.push({ path: request.url ?? '', body })
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    for (const told of waiting) told()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on a port
    pushes,
    answer(next) {
      status = next
    },
    async until(find) {
      for (;;) {
        const found = find(pushes)
        if (found !== undefined) return found
        await new Promise<void>(resolve => {
          const told = () => {
            waiting.delete(told)
            resolve()
          }
          waiting.add(told)
        })
      }
    },
    async close() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
