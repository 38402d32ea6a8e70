import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SignJWT } from 'jose'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, type Running, startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const first = 'first-secret-value'
const second = 'second-secret-value'

/** Stands in for Microsoft Entra's token endpoint and for a key vault, as both document their REST APIs. */
async function startVault() {
  const secrets = new Map([['payments', first]])
  const asked: string[] = []
  let isDown = false
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const url = new URL(request.url ?? '', 'http://vault')
    const send = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (url.pathname.endsWith('/oauth2/v2.0/token')) {
      const form = new URLSearchParams(body)
      const isKnown =
        form.get('client_assertion') === 'the-platform-vouches' && form.get('scope') === 'https://vault.azure.net/.default'
      return isKnown ? send(200, { access_token: 'a-vault-token', expires_in: 3600 }) : send(401, { error: 'invalid_client' })
    }
    asked.push(`${url.pathname}${url.search}`)
    if (isDown) return send(503, { error: { code: 'ServiceUnavailable', message: 'later' } })
    if (request.headers.authorization !== 'Bearer a-vault-token')
      return send(401, { error: { code: 'Unauthorized', message: 'no' } })
    const value = secrets.get(url.pathname.split('/')[2] ?? '')
    return value === undefined ? send(404, { error: { code: 'SecretNotFound', message: 'no' } }) : send(200, { value, id: 'x' })
  }
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on a port
    secrets,
    asked,
    down: (value: boolean) => {
      isDown = value
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

const policy = (inbound: string) =>
  `<policies><inbound><base />${inbound}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`

function files(backend: string, vault: string, outside: string): Record<string, string> {
  return {
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 2 }
secrets: { refreshInterval: 1, keyVaultAddress: "${vault}" }
namedValues:
  word: { file: "${outside}" }
`,
    'named values/payments/namedValueInformation.json': JSON.stringify({
      properties: {
        displayName: 'payments',
        secret: true,
        keyVault: { secretIdentifier: 'https://contoso.vault.azure.net/secrets/payments' },
      },
    }),
    ...artifactsOf('things', { seen: '/seen', fails: '/fails', guarded: '/guarded' }, { serviceUrl: backend }),
    'apis/things/operations/seen/policy.xml': policy(
      `<set-header name="X-Key"><value>{{payments}}</value></set-header><set-header name="X-Length"><value>@("{{payments}}".Length.ToString())</value></set-header>
       <set-header name="X-Word"><value>{{word}}</value></set-header>`,
    ),
    // a claim whose wanted value is a secret: the record tells what was wanted
    'apis/things/operations/guarded/policy.xml': policy(
      `<validate-jwt header-name="Authorization" require-scheme="Bearer"><issuer-signing-keys><key>${signingKey.toString('base64')}</key></issuer-signing-keys>
       <required-claims><claim name="department"><value>{{payments}}</value></claim></required-claims></validate-jwt>`,
    ),
    'apis/things/operations/fails/policy.xml': policy('<set-variable name="n" value="@(int.Parse(&quot;{{payments}}&quot;))" />'),
  }
}

const signingKey = Buffer.alloc(32, 7)
const identity = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: '11111111-2222-4333-8444-555555555555' }
let backend: EchoBackend
let vault: Awaited<ReturnType<typeof startVault>>
let workspace: TemporaryWorkspace
let outside: string
let running: Running

before(async () => {
  outside = await mkdtemp(join(tmpdir(), 'gatehouse-secrets-'))
  await writeFile(join(outside, 'word'), 'first-word\n')
  await writeFile(join(outside, 'token'), 'the-platform-vouches\n')
  backend = await startEchoBackend()
  vault = await startVault()
  // workload identity, as Kubernetes gives it: the gateway inherits these
  Object.assign(process.env, identity, {
    AZURE_AUTHORITY_HOST: vault.address,
    AZURE_FEDERATED_TOKEN_FILE: join(outside, 'token'),
  })
  workspace = await temporaryWorkspace(files(backend.address, vault.address, join(outside, 'word')))
  running = await startGatehouse(workspace.folder)
})

after(async () => {
  // a start that failed leaves the others to be ended
  const ended = [async () => running.stop(), () => vault.close(), () => backend.close(), () => workspace.remove()]
  const outcomes = await Promise.allSettled(ended.map(end => end()))
  await rm(outside, { recursive: true })
  assert.ok(outcomes.every(({ status }) => status === 'fulfilled'))
})

async function seen(): Promise<Record<string, unknown>> {
  const answer = await fetch(`${running.gateway}/things/seen`)
  const { headers } = (await answer.json()) as { headers: Record<string, unknown> } // the echo backend's own form
  return { key: headers['x-key'], length: headers['x-length'], word: headers['x-word'] }
}

test('policies see the value of a key vault that the workload’s own credential reads', async () => {
  assert.deepEqual(await seen(), { key: first, length: '18', word: 'first-word' })
  assert.equal(vault.asked[0], '/secrets/payments?api-version=7.4')
})

test('a secret that changes in the vault is in force without a restart, in texts and in expressions', async () => {
  vault.secrets.set('payments', second)
  await running.logged(/new values of payments are in force/)
  assert.deepEqual(await seen(), { key: second, length: '19', word: 'first-word' })
})

test('a vault that cannot be read leaves the last value in force and says so, once', async () => {
  vault.down(true)
  await running.logged(/payments could not be read again: .*503 \(ServiceUnavailable\); its last value stays/)
  assert.equal((await seen()).key, second)
  vault.down(false)
  await running.logged('the named value payments is read again')
  assert.equal(running.log().split('could not be read again').length - 1, 1)
})

test('a file outside of the workspace is looked at again; a value that makes faults is not taken over', async () => {
  await writeFile(join(outside, 'word'), 'second-word\n')
  await running.logged(/new values of word are in force/)
  assert.equal((await seen()).word, 'second-word')
  await writeFile(join(outside, 'word'), '@(1 +')
  await running.logged(/new values of word make faults/)
  assert.equal((await seen()).word, 'second-word')
  await writeFile(join(outside, 'word'), 'third-word')
  await running.logged('generation 4')
})

test('no secret shows in answers, the log, the audit trail or check', async () => {
  const failed = await fetch(`${running.gateway}/things/fails`)
  assert.equal(failed.status, 500)
  const token = await new SignJWT({ department: 'another' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(signingKey)
  const turnedAway = await fetch(`${running.gateway}/things/guarded`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(turnedAway.status, 401)
  const answer = `${JSON.stringify([...failed.headers])}${await failed.text()}${await turnedAway.text()}`
  const { stdout, stderr, code } = await command(['check', workspace.folder, '--json'])
  assert.equal(code, 0, stdout + stderr)
  assert.match(stdout, /policy\.key-vault/)
  await running.stop()
  const folder = join(workspace.folder, '.gatehouse', 'audit')
  const trail = await Promise.all((await readdir(folder)).map(name => readFile(join(folder, name), 'utf8')))
  assert.match(trail.join(), /policy\.expression/)
  assert.match(trail.join(), /\{\{payments\}\}/, 'the record names the secret instead')
  for (const text of [answer, stdout, stderr, running.log(), ...trail])
    assert.doesNotMatch(text, /secret-value|a-vault-token|vouches/)
})

test('a vault that cannot be read keeps the gateway from starting, with the reason', async () => {
  vault.down(true)
  const { code, stderr } = await gatehouse(['up', workspace.folder])
  assert.equal(code, 1)
  assert.match(stderr, /503 \(ServiceUnavailable\)/)
  assert.match(stderr, /policy\.key-vault/)
})
