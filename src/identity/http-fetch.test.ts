import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { after, test } from 'node:test'
import { createTokenVerifier } from './create-token-verifier.ts'
import { createIdentityFetch } from './http-fetch.ts'
import { goodClaims, jwkOf, rsaKey, rulesFor, sign } from './testing/test-issuer.ts'

/** A provider on a free port of this machine. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  after(() => {
    server.close()
    server.closeAllConnections()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

const { fetch, close } = createIdentityFetch({ timeout: 300, maxBytes: 10_000 })
after(close)

test('a document comes with its status and where it is from', async () => {
  const base = await serve((request, response) => response.writeHead(request.url === '/there' ? 200 : 404).end('{"a":1}'))
  assert.deepEqual(await fetch(`${base}/there`), { status: 200, body: '{"a":1}', origin: 'network' })
  assert.equal((await fetch(`${base}/gone`)).status, 404)
})

test('redirects are not followed: they would lead anywhere', async () => {
  const base = await serve((request, response) => {
    if (request.url === '/to') response.end('secret')
    else response.writeHead(302, { location: '/to' }).end()
  })
  assert.deepEqual(await fetch(`${base}/from`), { status: 302, body: '', origin: 'network' })
})

test('a document over the cap, a slow one and one that stops halfway are failures', async () => {
  const base = await serve((request, response) => {
    if (request.url === '/big') response.end('x'.repeat(20_000))
    if (request.url === '/half') {
      response.write('{"keys":[')
      setImmediate(() => response.destroy())
    }
  })
  await assert.rejects(fetch(`${base}/big`), /larger than 10000 bytes/)
  await assert.rejects(fetch(`${base}/half`))
  await assert.rejects(fetch(`${base}/never`), { name: 'TimeoutError' })
})

test('a provider that hangs makes tokens unjudged in time, and is used again when it is back', async () => {
  const key = rsaKey()
  let hangs = true
  const base: string = await serve((request, response) => {
    if (hangs) return
    const keys = { keys: [jwkOf(key)] }
    response.end(JSON.stringify(request.url === '/keys' ? keys : { issuer: base, jwks_uri: `${base}/keys` }))
  })
  const verifier = createTokenVerifier({ fetch })
  const now = Date.now()
  const rules = rulesFor({ keys: [{ kind: 'openid-config', url: `${base}/.well-known/openid-configuration` }] })
  const token = await sign(key, { ...goodClaims, iss: base, exp: now / 1000 + 60, nbf: now / 1000 - 60 })
  const first = await verifier.verify(token, rules, now)
  assert.ok(first.kind === 'refused' && first.reason === 'keys.unreachable')
  hangs = false
  assert.equal((await verifier.verify(token, rules, now + 1500)).kind, 'verified')
})
