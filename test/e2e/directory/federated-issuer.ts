import type { KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

/** The provider of a cluster's workload tokens: its OpenID configuration and its one key, `cluster`. */
export async function startIssuer(publicKey: KeyObject): Promise<{ readonly issuer: string; close(): void }> {
  const server = createServer((request, response) => {
    const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'cluster', use: 'sig' }] }
    response.end(JSON.stringify(request.url === '/keys' ? keys : { issuer, jwks_uri: `${issuer}/keys` }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  return {
    issuer,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
