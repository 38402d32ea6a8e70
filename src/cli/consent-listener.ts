import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AskedConsent, codeIn } from '../identity/connections/consent.ts'

/** What a browser brought back: a code, or why there is none. */
export type Brought = { readonly code: string } | { readonly refused: string }

/** Waits on this machine for the browser that a provider sends back. */
export interface ConsentListener {
  /** The address that the provider sends it to. */
  readonly redirectUri: string
  answerTo(asked: AskedConsent): Promise<Brought>
  close(): void
}

/** Listens on loopback at the path and port of the redirect address; with port 0, on a free one. Rejects when the port is taken. */
export async function listenForConsent(redirect: URL): Promise<ConsentListener> {
  let waiting: { readonly asked: AskedConsent; readonly resolve: (brought: Brought) => void } | undefined
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const brought =
      url.pathname === redirect.pathname && waiting !== undefined ? codeIn(url.searchParams, waiting.asked) : undefined
    // nothing of the query is shown again: it is somebody else's text
    const [status, text] =
      brought === undefined
        ? [404, 'This is not the answer that was waited for.']
        : [200, 'Done: you may close this window and go back to the terminal.']
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', connection: 'close' })
    response.end(`${text}\n`)
    if (brought !== undefined) waiting?.resolve(brought)
  })
  const port = redirect.port === '' ? 80 : Number(redirect.port)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const bound = new URL(redirect)
  bound.port = String(typeof address === 'object' && address !== null ? address.port : port)
  return {
    redirectUri: bound.href,
    answerTo: asked =>
      new Promise(resolve => {
        waiting = { asked, resolve }
      }),
    close: () => void server.close(),
  }
}
