import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { decodeJwt } from 'jose'
import { type Echo, type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

/** A policy for tokens of the directory's application. */
const entra = (attributes: string) =>
  `<validate-azure-ad-token tenant-id="7f3d0000-0000-4000-8000-000000000001" ${attributes}>
    <client-application-ids><application-id>7f3d0000-0000-4000-8000-000000000003</application-id></client-application-ids>
    <backend-application-ids><application-id>7f3d0000-0000-4000-8000-000000000002</application-id></backend-application-ids>
  </validate-azure-ad-token>`

/** One API whose operations each have a policy of the reference, before a backend that says what it was asked. */
const operations = {
  token: {
    inbound: `<authentication-managed-identity resource="api://articles" />
      <send-request response-variable-name="self"><set-url>{{backend}}/introspect</set-url>
        <authentication-managed-identity resource="api://articles" /></send-request>`,
  },
  tokenKept: {
    inbound: `<authentication-managed-identity resource="api://articles" client-id="7f3d0000-0000-4000-8000-000000000003" output-token-variable-name="t" />
      <set-header name="X-Token"><value>@((string)context.Variables["t"])</value></set-header>`,
  },
  tokenWanted: {
    inbound:
      '<authentication-managed-identity resource="api://unheard-of" ignore-error="@(context.Request.Url.Query.ContainsKey("on"))" />',
  },
  entraHeader: {
    inbound: entra('header-name="X-Token" failed-validation-httpcode="403" failed-validation-error-message="Not you."'),
  },
  entraQuery: { inbound: entra('query-parameter-name="t"') },
  entraValue: {
    inbound: `${entra('token-value="@(context.Request.Headers.GetValueOrDefault("X-Raw",""))" output-token-variable-name="jwt"')}
      <set-header name="X-Seen"><value>@(((Jwt)context.Variables["jwt"]).Claims["azp"][0])</value></set-header>`,
  },
  cached: { inbound: '<cache-lookup downstream-caching-type="public" />', outbound: '<cache-store duration="60" />' },
  xml: { outbound: '<json-to-xml apply="always" consider-accept-header="false" />' },
  padded: { outbound: '<jsonp callback-parameter-name="cb" />' },
  checked: {
    inbound: `<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="ignore" />
      <validate-content unspecified-content-type-action="prevent" max-size="1000" size-exceeded-action="prevent">
        <content type="application/json" validate-as="json" action="prevent" /></validate-content>`,
  },
  masked: { outbound: '<redirect-content-urls />' },
  measured: { inbound: '<emit-metric name="calls"><dimension name="API ID" /></emit-metric>' },
  pooled: { inbound: '<set-backend-service backend-id="all" />' },
  strict: { outbound: '<validate-status-code unspecified-status-code-action="prevent" />' },
}

const specification = `openapi: 3.0.1
info: { title: Things, version: '1' }
paths:
${Object.keys(operations)
  .filter(name => name !== 'checked' && name !== 'strict')
  .map(name => `  /${name}: { get: { operationId: ${name}, responses: { '200': { description: fine } } } }`)
  .join('\n')}
  /strict: { get: { operationId: strict, responses: { '201': { description: never } } } }
  /checked:
    post:
      operationId: checked
      parameters: [{ name: limit, in: query, schema: { type: integer, maximum: 5 } }]
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
      responses: { '200': { description: fine } }
components: { schemas: { Thing: { type: object, required: [name], properties: { name: { type: string } } } } }
`

const directory = `tenant: { id: 7f3d0000-0000-4000-8000-000000000001 }
applications:
  - { displayName: Articles, appId: 7f3d0000-0000-4000-8000-000000000002, identifierUris: [api://articles], api: { requestedAccessTokenVersion: 2 } }
  - { displayName: Gateway, appId: 7f3d0000-0000-4000-8000-000000000003, passwordCredentials: [{ secretText: of-the-gateway }] }
`

let backend: EchoBackend
let workspace: TemporaryWorkspace
let gatehouse: Running

before(async () => {
  backend = await startEchoBackend()
  const json = (properties: Record<string, unknown>) => JSON.stringify({ properties })
  const policies = Object.entries(operations).map(([name, sections]): [string, string] => {
    const own = new Map(Object.entries(sections))
    const section = (part: string) => `<${part}><base />${own.get(part) ?? ''}</${part}>`
    const parts = ['inbound', 'backend', 'outbound', 'on-error'].map(section)
    return [`apis/things/operations/${name}/policy.xml`, `<policies>${parts.join('')}</policies>`]
  })
  workspace = await temporaryWorkspace({
    'gatehouse.yaml':
      'gateway: { listen: 127.0.0.1:0, workers: 2 }\nidentity: { directory: directory.yaml, listen: 127.0.0.1:0, managedIdentity: Gateway }\n',
    'directory.yaml': directory,
    'named values/backend/namedValueInformation.json': json({ displayName: 'backend', value: backend.address }),
    'apis/things/apiInformation.json': json({
      path: 'things',
      displayName: 'Things',
      protocols: ['http'],
      serviceUrl: backend.address,
      subscriptionRequired: false,
    }),
    'apis/things/specification.yaml': specification,
    // nothing listens at the first one: port 1 of this machine
    'backends/dead/backendInformation.json': json({
      url: 'http://127.0.0.1:1',
      circuitBreaker: {
        rules: [
          {
            failureCondition: {
              count: 1,
              interval: 'PT1M',
              errorReasons: ['Server errors'],
              statusCodeRanges: [{ min: 500, max: 599 }],
            },
            tripDuration: 'PT1H',
          },
        ],
      },
    }),
    'backends/alive/backendInformation.json': json({ url: `${backend.address}/second` }),
    'backends/all/backendInformation.json': json({
      type: 'Pool',
      pool: {
        services: [
          { id: '/backends/alive', priority: 2 },
          { id: '/backends/dead', priority: 1 },
        ],
      },
    }),
    ...Object.fromEntries(policies),
  })
  gatehouse = await startGatehouse(workspace.folder)
})

after(async () => {
  await gatehouse?.stop()
  await Promise.all([backend?.close(), workspace?.remove()])
})

const ask = (path: string, init: RequestInit = {}) => fetch(`${gatehouse.gateway}/things/${path}`, init)

test('backends get a token of the directory’s application, in the call and in a policy’s own request', async () => {
  const echo = (await (await ask('token')).json()) as Echo
  const token = /^Bearer (.+)$/.exec(echo.headers.authorization ?? '')?.[1] ?? ''
  const claims = decodeJwt(token)
  assert.deepEqual([claims.azp, claims.aud], ['7f3d0000-0000-4000-8000-000000000003', '7f3d0000-0000-4000-8000-000000000002'])
  const own = backend.calls.find(call => call.url === '/introspect')
  assert.equal(own?.headers.authorization, echo.headers.authorization)
})

test('a token goes into a variable, is asked for by the client id, and may be done without', async () => {
  const { headers } = (await (await ask('tokenKept')).json()) as Echo
  assert.equal(headers.authorization, undefined)
  assert.equal(decodeJwt(String(headers['x-token'])).azp, '7f3d0000-0000-4000-8000-000000000003')
  assert.equal((await ask('tokenWanted')).status, 500)
  const without = (await (await ask('tokenWanted?on')).json()) as Echo
  assert.equal(without.headers.authorization, undefined)
})

test('a token of Entra is taken from a header, a query parameter or an expression', async () => {
  const token = String(((await (await ask('tokenKept')).json()) as Echo).headers['x-token'])
  assert.equal((await ask('entraHeader', { headers: { 'X-Token': token } })).status, 200)
  const refused = await ask('entraHeader', { headers: { Authorization: `Bearer ${token}` } })
  assert.deepEqual([refused.status, (await refused.text()).includes('Not you.')], [403, true])
  assert.equal((await ask(`entraQuery?t=${token}`)).status, 200)
  assert.equal((await ask('entraQuery')).status, 401)
  const seen = (await (await ask('entraValue', { headers: { 'X-Raw': token } })).json()) as Echo
  assert.equal(seen.headers['x-seen'], '7f3d0000-0000-4000-8000-000000000003')
})

test('a kept response answers in every thread, and says how long it may be kept further down', async () => {
  const before = backend.calls.length
  const first = await (await ask('cached?a=1')).text()
  const answers = await Promise.all(Array.from({ length: 10 }, () => ask('cached?a=1', { headers: { connection: 'close' } })))
  for (const answer of answers) {
    assert.equal(await answer.text(), first)
    assert.match(answer.headers.get('cache-control') ?? '', /^public, max-age=(59|60), must-revalidate$/)
  }
  assert.equal(backend.calls.length, before + 1)
})

test('JSON becomes XML, or a script that calls back', async () => {
  const xml = await ask('xml')
  assert.equal(xml.headers.get('content-type'), 'application/xml')
  assert.match(await xml.text(), /^<Document><method>GET<\/method><url>\/xml<\/url>/)
  assert.match(await (await ask('padded?cb=show')).text(), /^show\(\{"method":"GET".*\}\);$/)
})

test('a call that is not as the specification says is answered 400, one that is goes on', async () => {
  const post = (query: string, body: string, type = 'application/json') =>
    ask(`checked${query}`, { method: 'POST', headers: { 'content-type': type }, body })
  assert.equal((await post('?limit=5', '{"name":"a"}')).status, 200)
  const wrong = await post('?limit=6', '{"name":"a"}')
  assert.equal(wrong.status, 400)
  assert.match(((await wrong.json()) as { message: string }).message, /query parameter limit does not conform/)
  assert.equal((await post('', '{"nam":"a"}')).status, 400)
  assert.equal((await post('', 'a', 'text/plain')).status, 400)
  assert.equal((await post('', JSON.stringify({ name: 'a'.repeat(2000) }))).status, 400)
})

test('an answer that the specification does not name is 502, and links to the backend lead to the gateway', async () => {
  assert.equal((await ask('strict')).status, 502)
  assert.equal((await ask('measured')).status, 200)
  const masked = (await (await ask('masked', { headers: { 'x-link': `${backend.address}/a` } })).json()) as Echo
  assert.equal(masked.headers['x-link'], `${gatehouse.gateway}/things/a`)
})

test('a pool leaves a failing backend for the next priority, once in each thread', async () => {
  let failed = 0
  for (let n = 0; n < 10; n++) {
    const answer = await ask('pooled?a=1', { headers: { connection: 'close' } })
    if (answer.status === 200) assert.equal(((await answer.json()) as Echo).url, '/second/pooled?a=1')
    else failed++
  }
  assert.ok(failed <= 2, `${failed} of 10 calls failed`)
})
