import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, type Running, startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

/** A signing key of an identity provider, and what it publishes of it. */
interface Key {
  readonly secret: CryptoKey
  readonly published: JWK
}

async function makeKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  return { secret: privateKey, published: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } }
}

/** A small OpenID provider: it can be away, hold its answers back, and change its keys. */
class Provider {
  readonly url: string
  readonly #port: number
  readonly #server = createServer((request, response) => this.#answer(request.url ?? '', response))
  keys: Key[]
  /** Paths that were asked for, in order. */
  readonly asked: string[] = []
  /** While set, answers wait in it. */
  held: (() => void)[] | undefined

  private constructor(port: number, key: Key) {
    this.#port = port
    this.url = `http://127.0.0.1:${port}`
    this.keys = [key]
  }

  /** On a port that was free a moment ago; nobody listens there before `start`. */
  static async away(): Promise<Provider> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // it listens on a port, not a pipe
    server.close()
    await once(server, 'close')
    return new Provider(port, await makeKey('first'))
  }

  static async started(): Promise<Provider> {
    const provider = await Provider.away()
    await provider.start()
    return provider
  }

  async start(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  /** A token of this issuer, by its newest key unless told. */
  token(key = this.keys.at(-1)): Promise<string> {
    assert.ok(key)
    return new SignJWT({ sub: 'someone' })
      .setProtectedHeader({ alg: 'RS256', kid: key.published.kid ?? '' })
      .setIssuer(this.url)
      .setAudience('api://things')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(key.secret)
  }

  #answer(path: string, response: ServerResponse): void {
    this.asked.push(path)
    const document =
      path === '/keys'
        ? { keys: this.keys.map(({ published }) => published) }
        : { issuer: this.url, jwks_uri: `${this.url}/keys` }
    const send = () => void response.setHeader('Content-Type', 'application/json').end(JSON.stringify(document))
    if (this.held === undefined) send()
    else this.held.push(send)
  }
}

let backend: EchoBackend
let workspace: TemporaryWorkspace
let running: Running
const providers = new Map<string, Provider>()

const provider = (name: string) => providers.get(name) ?? assert.fail(`no provider ${name}`)

function filesOf(name: string, { url }: Provider): Record<string, string> {
  return {
    ...artifactsOf(name, { things: '/things' }, { serviceUrl: backend.address }),
    [`apis/${name}/policy.xml`]: `<policies><inbound><base /><validate-jwt header-name="Authorization" require-scheme="Bearer">
      <openid-config url="${url}/.well-known/openid-configuration" />
      <audiences><audience>api://things</audience></audiences>
    </validate-jwt></inbound></policies>`,
  }
}

const call = (name: string, token: string) =>
  fetch(`${running.gateway}/${name}/things`, { headers: { Authorization: `Bearer ${token}` } })

const statusOf = async (name: string, token: string) => (await call(name, token)).status

/** Calls again and again until the answer is 200, and gives the statuses of those before. */
async function statusesUntilServed(name: string, token: string): Promise<Set<number>> {
  const seen = new Set<number>()
  const end = performance.now() + 20_000
  for (;;) {
    const status = await statusOf(name, token)
    if (status === 200) return seen
    seen.add(status)
    assert.ok(performance.now() < end, `never served: ${[...seen].join()}`)
    await pause(100)
  }
}

before(async () => {
  backend = await startEchoBackend()
  for (const name of ['away', 'unseen']) providers.set(name, await Provider.away())
  for (const name of ['slow', 'silent', 'rolling']) providers.set(name, await Provider.started())
  const files = [...providers].map(([name, one]) => filesOf(name, one))
  const settings = { 'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1 }\n' }
  workspace = await temporaryWorkspace(Object.assign(settings, ...files))
  running = await startGatehouse(workspace.folder)
})

after(async () => {
  await running.stop()
  await Promise.all([...providers.values()].map(one => one.stop()))
  await backend.close()
  await workspace.remove()
})

describe('an identity provider that the gateway asks for keys', { concurrency: true }, () => {
  test('is down at start: calls are answered 503, and served by themselves once it is up', async () => {
    const away = provider('away')
    const token = await away.token()
    const answer = await call('away', token)
    assert.equal(answer.status, 503)
    assert.deepEqual(await answer.json(), {
      statusCode: 503,
      message: 'The token cannot be validated at the moment.',
    })
    assert.equal(await statusOf('away', 'no.token.at-all'), 401, 'what no key could mend is refused at once')
    await away.start()
    const before = await statusesUntilServed('away', token)
    assert.ok([...before].every(status => status === 503))
    const stranger = await makeKey('first')
    assert.equal(await statusOf('away', await away.token(stranger)), 401, 'now it can be judged')
  })

  test('is slow: its callers wait for one fetch, and others are served meanwhile', async () => {
    const slow = provider('slow')
    const token = await slow.token()
    slow.held = []
    const waiting = Array.from({ length: 20 }, () => statusOf('slow', token))
    assert.equal(await statusOf('rolling', await provider('rolling').token()), 200)
    while (slow.held.length === 0) await pause(10)
    const { held } = slow
    slow.held = undefined
    for (const send of held) send()
    assert.deepEqual(await Promise.all(waiting), new Array(20).fill(200))
    assert.deepEqual(slow.asked, ['/.well-known/openid-configuration', '/keys'])
  })

  test('never answers: calls are answered 503 in the end, not 401', async () => {
    const silent = provider('silent')
    silent.held = []
    assert.equal(await statusOf('silent', await silent.token()), 503)
    silent.held = undefined
    const before = await statusesUntilServed('silent', await silent.token())
    assert.ok([...before].every(status => status === 503))
  })

  test('changes its keys: the new ones are found without a restart, the old ones refused, and it is not asked for each call', async () => {
    const rolling = provider('rolling')
    const [old] = rolling.keys
    const oldToken = await rolling.token(old)
    assert.equal(await statusOf('rolling', oldToken), 200)
    rolling.keys = [await makeKey('second')]
    const before = await statusesUntilServed('rolling', await rolling.token())
    assert.ok([...before].every(status => status === 401))
    assert.equal(await statusOf('rolling', oldToken), 401)
    assert.equal(rolling.asked.filter(path => path === '/keys').length, 2)
  })
})

test('the record says that a call could not be judged, and why others were refused', async () => {
  assert.equal(await statusOf('unseen', await provider('unseen').token()), 503)
  await running.stop()
  const { stdout } = await command(['audit', 'query', workspace.folder, '--json'])
  const records = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { api: string; reason: string; status: number })
  const reasons = (name: string) => new Set(records.filter(({ api }) => api === name).map(({ reason }) => reason))
  assert.deepEqual(reasons('unseen'), new Set(['keys.unreachable']))
  assert.ok(reasons('silent').has('keys.unreachable'))
  assert.ok(reasons('rolling').has('token.key-unknown'))
  assert.ok(!reasons('rolling').has('keys.unreachable'))
})

test('a directory with an id twice refuses to start, with both places named', async () => {
  const id = '11111111-1111-4111-8111-111111111111'
  const faulty = await temporaryWorkspace({
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0 }\nidentity: { directory: ./directory.yaml, listen: 127.0.0.1:0 }\n',
    'directory.yaml': `tenant: { id: 5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10, domain: d.example }
users:
  - { id: ${id}, userPrincipalName: a@d.example, password: first-secret }
  - { userPrincipalName: b@d.example, password: x, id: ${id} }
`,
  })
  const { code, stderr, stdout } = await gatehouse(['up', faulty.folder])
  assert.equal(code, 1)
  const said = stdout + stderr
  assert.match(said, /directory\.yaml:4:56/)
  assert.match(said, /directory\.duplicate/)
  assert.match(said, /line 3, column 11/)
  assert.ok(!said.includes('first-secret'))
  await faulty.remove()
})
