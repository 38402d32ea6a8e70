import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { command } from '../harness/command.ts'
import { gatehouse, startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

/** An authorization server: consents at once, and gives tokens for codes, refresh tokens and client secrets. */
async function authorizationServer(t: TestContext) {
  let issued = 0
  const codes = new Map<string, string>()
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (url.pathname === '/authorize') {
      const code = `code-${++issued}`
      codes.set(code, url.searchParams.get('code_challenge') ?? '')
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      response.writeHead(302, { location: back.href }).end()
      return
    }
    let text = ''
    for await (const chunk of request) text += chunk
    const form = new URLSearchParams(text)
    if (form.get('client_secret') !== 'top secret') return answer(401, { error: 'invalid_client' })
    const grant = form.get('grant_type')
    if (grant === 'client_credentials') return answer(200, { access_token: 'app-token', token_type: 'Bearer', expires_in: 3600 })
    const challenge = codes.get(form.get('code') ?? '')
    const { createHash } = await import('node:crypto')
    const proven = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (grant === 'authorization_code' && challenge === proven)
      return answer(200, { access_token: 'person-token', refresh_token: 'r-1', expires_in: 3600, scope: 'read' })
    return answer(400, { error: 'invalid_grant' })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const json = (properties: object) => JSON.stringify({ properties })

async function workspaceWith(t: TestContext, server: string): Promise<TemporaryWorkspace> {
  const provider = (grant: string) =>
    json({
      displayName: 'Bank',
      identityProvider: 'oauth2',
      oauth2: {
        grantTypes: {
          [grant]: {
            authorizationUrl: `${server}/authorize`,
            tokenUrl: `${server}/token`,
            clientId: 'me',
            clientSecret: '{{bank-secret}}',
            scopes: 'read',
          },
        },
      },
    })
  const policy = (id: string) =>
    `<policies><inbound><get-authorization-context provider-id="${id}" authorization-id="main" context-variable-name="auth" /><return-response><set-body>@(((Authorization)context.Variables["auth"]).AccessToken)</set-body></return-response></inbound></policies>`
  const lenient = `<policies><inbound><get-authorization-context provider-id="person" authorization-id="main" context-variable-name="auth" ignore-error="true" /><return-response><set-body>@(context.Variables["auth"] == null ? "nobody" : "somebody")</set-body></return-response></inbound></policies>`
  const workspace = await temporaryWorkspace({
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 2 }\n',
    'named values/bank-secret/namedValueInformation.json': json({
      displayName: 'bank-secret',
      secret: true,
      value: 'top secret',
    }),
    'authorization providers/app/authorizationProviderInformation.json': provider('clientCredentials'),
    'authorization providers/app/authorizations/main/authorizationInformation.json': json({
      oauth2grantType: 'ClientCredentials',
    }),
    'authorization providers/person/authorizationProviderInformation.json': provider('authorizationCode'),
    'authorization providers/person/authorizations/main/authorizationInformation.json': json({
      oauth2grantType: 'AuthorizationCode',
    }),
    ...artifactsOf('bank', { app: '/app', person: '/person', lenient: '/lenient' }),
    'apis/bank/operations/app/policy.xml': policy('app'),
    'apis/bank/operations/person/policy.xml': policy('person'),
    'apis/bank/operations/lenient/policy.xml': lenient,
  })
  t.after(() => workspace.remove())
  return workspace
}

const executable = fileURLToPath(new URL('../../bin/gatehouse.ts', import.meta.url))

/** Runs `connection login` as a person does: opens what it prints, and gives its exit code. */
async function login(folder: string, name: string): Promise<{ code: number; page: string }> {
  const child = spawn(
    process.execPath,
    [executable, 'connection', 'login', name, folder, '--redirect', 'http://localhost:0/back'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const closed = once(child, 'close')
  const [url] = await once(createInterface({ input: child.stdout }), 'line')
  const page = await (await fetch(String(url))).text()
  const [code] = await closed
  return { code: Number(code), page }
}

test('connections give policies their tokens: an application’s at once, a person’s after a login, and nobody reads them on disk', async t => {
  const server = await authorizationServer(t)
  const { folder } = await workspaceWith(t, server)
  const running = await startGatehouse(folder)
  t.after(() => running.stop())
  const ask = async (id: string) => {
    const answer = await fetch(`${running.gateway}/bank/${id}`)
    return [answer.status, await answer.text()]
  }
  assert.deepEqual(await ask('app'), [200, 'app-token'])
  assert.equal((await ask('person'))[0], 500)
  assert.deepEqual(await ask('lenient'), [200, 'nobody'])

  const listed = await gatehouse(['connection', 'list', folder])
  assert.match(listed.stdout, /^app\/main {2}client credentials {2}the gateway alone {2}connected until .*Z$/m)
  assert.match(listed.stdout, /^person\/main {2}authorization code {2}the gateway alone {2}not connected: needs a login$/m)

  const { code, page } = await login(folder, 'person/main')
  assert.deepEqual([code, page.startsWith('Done')], [0, true])
  assert.deepEqual(await ask('person'), [200, 'person-token'])
  assert.deepEqual(await ask('lenient'), [200, 'somebody'])
  const states: { name: string; state: string }[] = JSON.parse((await command(['connection', 'list', folder, '--json'])).stdout)
  assert.match(states.find(({ name }) => name === 'person/main')?.state ?? '', /^connected until .*, then renewed$/)

  assert.equal((await command(['connection', 'logout', 'person/main', folder])).code, 0)
  assert.match((await command(['connection', 'list', folder])).stdout, /person\/main.*needs a login/)
  assert.match(running.log(), /^((?!token|top secret).)*$/s)
})

test('a login that is not asked for rightly ends with what to do', async t => {
  const { folder } = await workspaceWith(t, 'http://127.0.0.1:1')
  const run = async (...args: string[]) => {
    const { code, stderr } = await command(['connection', ...args])
    return [code, stderr]
  }
  const [code, text] = await run('login', 'bank/x', folder)
  assert.deepEqual([code, /there are app\/main, person\/main/.test(String(text))], [2, true])
  assert.match(String((await run('login', 'app/main', folder))[1]), /needs no login/)
  assert.match(
    String((await run('login', 'person/main', folder, '--redirect', 'https://a.example/'))[1]),
    /http address of this machine/,
  )
  assert.match(String((await run('login'))[1]), /needs PROVIDER\/CONNECTION/)
})

const tenant = '7f3d0000-0000-4000-8000-000000000001'
const gatewayApp = '7f3d0000-0000-4000-8000-000000000003'
const directory = `tenant: { id: ${tenant}, domain: contoso.onmicrosoft.com, displayName: Contoso }
applications:
  - { displayName: Articles, appId: 7f3d0000-0000-4000-8000-000000000002, identifierUris: [api://articles] }
  - { displayName: Manager, appId: 7f3d0000-0000-4000-8000-000000000004, identifierUris: ['https://azure-api.net/authorization-manager'] }
  - { displayName: Gateway, appId: ${gatewayApp}, passwordCredentials: [{ secretText: of-the-gateway }] }
  - { displayName: Other, appId: 7f3d0000-0000-4000-8000-000000000005, passwordCredentials: [{ secretText: of-the-other }] }
`

test('with a local directory, connections to Entra and their access policies work as they do with the real one', async t => {
  const policy = (identity: string) =>
    `<policies><inbound><get-authorization-context provider-id="entra" authorization-id="app" context-variable-name="auth" ${identity} />
      <return-response><set-body>@(((Authorization)context.Variables["auth"]).AccessToken)</set-body></return-response></inbound></policies>`
  const grant = { tenantId: tenant, resourceUri: 'api://articles', clientId: gatewayApp, clientSecret: 'of-the-gateway' }
  const { folder, write, remove } = await temporaryWorkspace({
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1 }\nidentity: { directory: ./directory.yaml, listen: 127.0.0.1:0, managedIdentity: Gateway }\n`,
    'directory.yaml': directory,
    'authorizationProviders/entra/authorizationProviderInformation.json': json({
      identityProvider: 'aad',
      oauth2: { grantTypes: { clientCredentials: grant } },
    }),
    'authorizationProviders/entra/authorizations/app/authorizationInformation.json': json({
      oauth2grantType: 'ClientCredentials',
    }),
    ...artifactsOf('a', { managed: '/managed', jwt: '/jwt' }),
    'apis/a/operations/managed/policy.xml': policy(''),
    'apis/a/operations/jwt/policy.xml': policy(
      `identity-type="jwt" identity="@(context.Request.Headers.GetValueOrDefault("Authorization",""))"`,
    ),
  })
  t.after(remove)
  const tokenFor = async (client: string) =>
    (
      await command(['token', folder, '--client', client, '--scope', 'https://azure-api.net/authorization-manager/.default'])
    ).stdout.trim()
  const [own, others] = [await tokenFor('Gateway'), await tokenFor('Other')]
  const objectId = decodeJwt(own).oid
  await write(
    'authorizationProviders/entra/authorizations/app/accessPolicies/gateway/accessPolicyInformation.json',
    json({ objectId, tenantId: tenant }),
  )
  const running = await startGatehouse(folder)
  t.after(() => running.stop())
  const ask = async (id: string, token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const answer = await fetch(`${running.gateway}/a/${id}`, { headers })
    return { status: answer.status, text: await answer.text() }
  }
  for (const answer of [await ask('managed'), await ask('jwt', own)]) {
    assert.equal(answer.status, 200, answer.text)
    assert.equal(decodeJwt(answer.text).aud, 'api://articles')
  }
  assert.equal((await ask('jwt', others)).status, 500)
  assert.equal((await ask('jwt', 'nonsense')).status, 500)
  assert.equal((await ask('jwt')).status, 500)
  await running.stop()
  const { stdout } = await command(['audit', 'query', folder, '--json'])
  const reasons = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).reason)
  assert.deepEqual(
    reasons.filter(reason => reason !== 'allowed' && reason !== 'policy.returned-response'),
    ['connection.denied', 'connection.denied', 'connection.denied'],
  )
})
