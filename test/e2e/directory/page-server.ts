import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { makeServerCertificate } from '../../../src/directory/certificates/authority.ts'
import { stateFolder } from '../../../src/directory/testing/gazette.ts'

const library = join(import.meta.dirname, '../../../node_modules/@azure/msal-browser/lib')

/** What the single-page application's server gives: its two pages, and Microsoft's library as its package has it. */
const files: ReadonlyMap<string, readonly [type: string, file: string]> = new Map([
  ['/', ['text/html', join(import.meta.dirname, 'page.html')]],
  ['/redirect', ['text/html', join(import.meta.dirname, 'page-redirect.html')]],
  ['/msal-browser.js', ['text/javascript', join(library, 'msal-browser.js')]],
  ['/redirect-bridge.js', ['text/javascript', join(library, 'redirect-bridge/msal-redirect-bridge.js')]],
])

export interface PageServer {
  /** `https://localhost:PORT`: of the directory's own site, so that its cookies go along in hidden frames. */
  readonly origin: string
  close(): Promise<void>
}

export async function startPageServer(): Promise<PageServer> {
  const certificate = makeServerCertificate(stateFolder(), { dnsNames: ['localhost'], addresses: ['127.0.0.1'] }, Date.now())
  const server = createServer(certificate, (request, response) => {
    const [type, file] = files.get(new URL(request.url ?? '/', 'https://localhost').pathname) ?? []
    if (type === undefined || file === undefined) {
      response.writeHead(404).end()
      return
    }
    response.setHeader('Content-Type', `${type}; charset=utf-8`)
    createReadStream(file).pipe(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    origin: `https://localhost:${typeof address === 'object' ? address?.port : ''}`,
    async close() {
      server.close()
      server.closeAllConnections()
      if (server.listening) await once(server, 'close')
    },
  }
}
