import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { SignJWT } from 'jose'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const key = Buffer.alloc(32, 7)
const otherKey = Buffer.alloc(32, 8)

/** A token for the validate-jwt of the rows; `claims` over good ones. */
async function token(claims: Record<string, unknown> = {}, { by = key, kid = 'k' } = {}): Promise<Record<string, string>> {
  const now = Math.floor(Date.now() / 1000)
  const payload = { iss: 'https://issuer', aud: 'api', exp: now + 600, role: 'reader', team: 'red', ...claims }
  const signed = await new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid }).sign(by)
  return { authorization: `Bearer ${signed}` }
}

const validateJwt = `<validate-jwt header-name="Authorization" id="the-token">
  <issuer-signing-keys><key id="k">${key.toString('base64')}</key></issuer-signing-keys>
  <audiences><audience>api</audience></audiences><issuers><issuer>https://issuer</issuer></issuers>
  <required-claims><claim name="role"><value>reader</value></claim><claim name="team" /></required-claims>
</validate-jwt>`

const denied = 'Access denied due to'

interface Row {
  /** What the page calls the condition. */
  readonly condition: string
  /** Policies of the operation, by section. */
  readonly policy?: Partial<Record<'inbound' | 'backend' | 'outbound', string>>
  readonly path?: string
  readonly headers?: () => Promise<Record<string, string>>
  /** Calls before the one that fails. */
  readonly before?: number
  readonly source: string
  readonly reason: string
  readonly message: RegExp
  readonly scope?: 'global' | 'product'
  readonly section?: 'inbound' | 'backend' | 'outbound'
  readonly place?: string
  readonly policyId?: string
  /** What the caller gets where nothing handles the error. */
  readonly status: number
  readonly body: RegExp
}

const jwtRow = (
  condition: string,
  headers: () => Promise<Record<string, string>>,
  reason: string,
  message: RegExp,
  body = /^Invalid JWT\.$/,
): Row => ({
  condition,
  policy: { inbound: validateJwt },
  headers,
  source: 'validate-jwt',
  reason,
  message,
  policyId: 'the-token',
  status: 401,
  body,
})

/** The rows of "Error handling in API Management policies", in the page's order. */
const rows: readonly Row[] = [
  {
    condition: "Uri doesn't match to any API or Operation",
    path: '/{api}/nothing-here',
    source: 'configuration',
    reason: 'OperationNotFound',
    message: /^Unable to match incoming request to an operation\.$/,
    status: 404,
    body: /^Resource not found$/,
  },
  {
    condition: 'Subscription key not supplied',
    headers: async () => ({ 'Ocp-Apim-Subscription-Key': '' }),
    source: 'authorization',
    reason: 'SubscriptionKeyNotFound',
    message: new RegExp(
      `^${denied} missing subscription key. Make sure to include subscription key when making requests to this API\\.$`,
    ),
    status: 401,
    body: new RegExp(
      `^${denied} missing subscription key. Make sure to include subscription key when making requests to an API\\.$`,
    ),
  },
  {
    condition: 'Subscription key value is invalid',
    headers: async () => ({ 'Ocp-Apim-Subscription-Key': 'nobody' }),
    source: 'authorization',
    reason: 'SubscriptionKeyInvalid',
    message: new RegExp(`^${denied} invalid subscription key. Make sure to provide a valid key for an active subscription\\.$`),
    status: 401,
    body: new RegExp(`^${denied} invalid subscription key`),
  },
  {
    condition: 'Upstream connection was not established',
    policy: { inbound: '<set-backend-service base-url="{{closed}}" />' },
    source: 'forward-request',
    reason: 'BackendConnectionFailure',
    message: /ECONNREFUSED/,
    section: 'backend',
    status: 500,
    body: /could not be reached/,
  },
  {
    condition: 'Upstream connection was aborted by the backend',
    policy: { inbound: '<rewrite-uri template="/abort" />' },
    source: 'forward-request',
    reason: 'BackendConnectionFailure',
    message: /./,
    section: 'backend',
    status: 502,
    body: /broke the connection off/,
  },
  {
    condition: 'Runtime exception had occurred during evaluation of a particular expression',
    policy: { inbound: '<set-variable id="sets" name="a" value="@(int.Parse(&quot;x&quot;))" />' },
    source: 'set-variable',
    reason: 'ExpressionValueEvaluationFailure',
    message: /^Expression evaluation failed\. Input string was not in a correct format\.$/,
    policyId: 'sets',
    status: 500,
    body: /^Internal server error$/,
  },
  {
    condition: 'Runtime exception in a nested policy',
    policy: {
      outbound:
        '<choose><when condition="false" /></choose><choose><when condition="false" /><when condition="@(((string)null).Length == 0)" /></choose>',
    },
    source: 'choose',
    reason: 'ExpressionValueEvaluationFailure',
    message: /^Expression evaluation failed\. Object reference not set to an instance of an object\.$/,
    section: 'outbound',
    place: 'choose[2]/when[2]',
    status: 500,
    body: /^Internal server error$/,
  },
  {
    condition: 'Rate limit exceeded',
    policy: { inbound: '<rate-limit calls="1" renewal-period="60" />' },
    before: 1,
    source: 'rate-limit',
    reason: 'RateLimitExceeded',
    message: /^Rate limit is exceeded$/,
    status: 429,
    body: /^Rate limit is exceeded\. Try again in \d+ seconds\.$/,
  },
  {
    condition: 'Quota exceeded',
    headers: async () => ({ 'Ocp-Apim-Subscription-Key': 'metered' }),
    before: 1,
    source: 'quota',
    reason: 'QuotaExceeded',
    message: /^Out of call volume quota\. Quota will be replenished in \d\d:\d\d:\d\d\.$/,
    scope: 'product',
    status: 403,
    body: /^Out of call volume quota\. Quota will be replenished in \d\d:\d\d:\d\d\.$/,
  },
  {
    condition: 'Bandwidth quota exceeded',
    policy: {
      inbound:
        '<quota-by-key bandwidth="1" renewal-period="3600" counter-key="@(context.Operation.Id + context.Api.Id)" /><rewrite-uri template="/big" />',
    },
    before: 1,
    source: 'quota-by-key',
    reason: 'QuotaExceeded',
    message: /^Out of bandwidth quota\. Quota will be replenished in \d\d:\d\d:\d\d\.$/,
    status: 403,
    body: /^Out of bandwidth quota\./,
  },
  {
    condition: 'Callback parameter value is invalid (contains wrong characters)',
    policy: { outbound: '<jsonp callback-parameter-name="cb" />' },
    path: '/{api}/{operation}?cb=alert(1)',
    source: 'jsonp',
    reason: 'CallbackParameterInvalid',
    message: /^Value of callback parameter cb is not a valid JavaScript identifier\.$/,
    section: 'outbound',
    status: 400,
    body: /^Value of callback parameter cb/,
  },
  {
    condition: 'Caller IP is not in allowed list',
    policy: { inbound: '<ip-filter action="allow"><address>203.0.113.7</address></ip-filter>' },
    source: 'ip-filter',
    reason: 'CallerIpNotAllowed',
    message: /^Caller IP address 127\.0\.0\.1 is not allowed\. Access denied\.$/,
    status: 403,
    body: /^Forbidden$/,
  },
  {
    condition: 'Caller IP is in blocked list',
    policy: { inbound: '<ip-filter action="forbid"><address>127.0.0.1</address></ip-filter>' },
    source: 'ip-filter',
    reason: 'CallerIpBlocked',
    message: /^Caller IP address is blocked\. Access denied\.$/,
    status: 403,
    body: /^Forbidden$/,
  },
  {
    condition: 'Required header not presented',
    policy: {
      inbound:
        '<check-header name="X-Team" failed-check-httpcode="400" failed-check-error-message="Which team?" ignore-case="true" />',
    },
    source: 'check-header',
    reason: 'HeaderNotFound',
    message: /^Header X-Team was not found in the request\. Access denied\.$/,
    status: 400,
    body: /^Which team\?$/,
  },
  {
    condition: 'Required header value is not allowed',
    policy: {
      inbound:
        '<check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="Not yours" ignore-case="true"><value>red</value></check-header>',
    },
    headers: async () => ({ 'X-Team': 'blue' }),
    source: 'check-header',
    reason: 'HeaderValueNotAllowed',
    message: /^Header X-Team value of blue is not allowed\. Access denied\.$/,
    status: 403,
    body: /^Not yours$/,
  },
  jwtRow('Jwt token is missing in request', async () => ({}), 'TokenNotPresent', /^JWT not present\.$/, /^JWT not present\.$/),
  jwtRow('Signature validation failed', () => token({}, { by: otherKey }), 'TokenSignatureInvalid', / Access denied\.$/),
  jwtRow('Invalid audience', () => token({ aud: 'other' }), 'TokenAudienceNotAllowed', / Access denied\.$/),
  jwtRow('Invalid issuer', () => token({ iss: 'https://other' }), 'TokenIssuerNotAllowed', / Access denied\.$/),
  jwtRow('Token expired', () => token({ exp: 1_600_000_000 }), 'TokenExpired', / Access denied\.$/),
  jwtRow(
    'Signature key was not resolved by ID',
    () => token({}, { kid: 'other' }),
    'TokenSignatureKeyNotFound',
    / Access denied\.$/,
  ),
  jwtRow(
    'Required claims are missing from token',
    () => token({ role: undefined, team: undefined }),
    'TokenClaimNotFound',
    /^JWT token is missing the following claims: role, team\. Access denied\.$/,
  ),
  jwtRow(
    'Claim values mismatch',
    () => token({ role: 'writer' }),
    'TokenClaimValueNotAllowed',
    /^Claim role value of writer is not allowed\. Access denied\.$/,
  ),
  jwtRow('Other validation failures', async () => ({ authorization: 'Bearer nonsense' }), 'JwtInvalid', /./),
  {
    condition: 'No response of the backend within the timeout',
    policy: { inbound: '<rewrite-uri template="/hang" />', backend: '<forward-request timeout="1" />' },
    source: 'forward-request',
    reason: 'Timeout',
    message: /./,
    section: 'backend',
    status: 504,
    body: /did not answer in time/,
  },
  {
    condition: 'No response to send-request within the timeout',
    policy: { inbound: '<send-request timeout="1"><set-url>{{backend}}/hang</set-url></send-request>' },
    source: 'send-request',
    reason: 'Timeout',
    message: /within 1 second/,
    status: 500,
    body: /^Internal server error$/,
  },
]

/** The page's own example of an on-error section. */
const tells = ['Source', 'Reason', 'Message', 'Scope', 'Section', 'Path', 'PolicyId']
  .map(
    member =>
      `<set-header name="Error${member}" exists-action="override"><value>@(context.LastError.${member})</value></set-header>`,
  )
  .concat(
    '<set-header name="ErrorUrl" exists-action="override"><value>@(context.Request.Url.Path + context.Request.Url.QueryString)</value></set-header>',
    '<set-header name="ErrorStatusCode" exists-action="override"><value>@(context.Response.StatusCode.ToString())</value></set-header>',
  )
  .join('')

const document = (sections: Row['policy'] & { readonly 'on-error'?: string }) =>
  `<policies>${(['inbound', 'backend', 'outbound', 'on-error'] as const)
    .map(
      name =>
        `<${name}>${name === 'backend' && sections?.backend !== undefined ? '' : '<base />'}${sections?.[name] ?? ''}</${name}>`,
    )
    .join('')}</policies>`

let backend: Server
let workspace: TemporaryWorkspace
let running: Running
/** Requests that the backend keeps waiting, and what was reported to it. */
const hanging: (() => void)[] = []
const collected: string[] = []

before(async () => {
  backend = createServer((request, response) => {
    if (request.url?.startsWith('/collect') === true) {
      collected.push(request.url)
      backend.emit('collected')
    }
    if (request.url === '/abort') return void request.socket.destroy()
    if (request.url === '/hang') {
      hanging.push(() => response.end())
      return void backend.emit('hanging')
    }
    response
      .setHeader('Content-Type', 'application/json')
      .end(JSON.stringify({ of: 'x'.repeat(request.url === '/big' ? 4000 : 1) }))
  })
  backend.listen(0, '127.0.0.1')
  const free = createServer().listen(0, '127.0.0.1')
  await Promise.all([once(backend, 'listening'), once(free, 'listening')])
  const address = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server's address
  const closed = address(free)
  free.close()
  workspace = await temporaryWorkspace(files(address(backend), closed))
  running = await startGatehouse(workspace.folder)
})
after(async () => {
  await running?.stop()
  for (const end of hanging) end()
  backend?.closeAllConnections()
  backend?.close()
  await workspace?.remove()
})

/** Two APIs of the same operations: `told` has the page's on-error, `bare` has none. */
function files(backendUrl: string, closed: string): Record<string, string> {
  const json = (properties: Record<string, unknown>) => JSON.stringify({ properties })
  const names = [...rows.map((_, index) => `row${index}`), 'left']
  const operations = Object.fromEntries(names.map(name => [name, `/${name}`]))
  const api = (name: string): Record<string, string> => ({
    ...artifactsOf(name, operations, { serviceUrl: backendUrl, subscriptionRequired: true }),
    ...Object.fromEntries(
      rows.flatMap(({ policy }, index) =>
        policy === undefined ? [] : [[`apis/${name}/operations/row${index}/policy.xml`, document(policy)]],
      ),
    ),
  })
  const value = (name: string, text: string) => ({
    [`named values/${name}/namedValueInformation.json`]: json({ displayName: name, value: text }),
  })
  return {
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1 }\nportal: { listen: 127.0.0.1:0 }\n',
    ...value('backend', backendUrl),
    ...value('closed', closed),
    'subscriptions/all/subscriptionInformation.json': json({ scope: '/apis', state: 'active', primaryKey: 'good' }),
    'products/metered/productInformation.json': json({ displayName: 'Metered', subscriptionRequired: true }),
    'products/metered/policy.xml': document({ inbound: '<quota calls="1" renewal-period="3600" />' }),
    'products/metered/apis/told/productApiInformation.json': '{}',
    'products/metered/apis/bare/productApiInformation.json': '{}',
    'subscriptions/metered/subscriptionInformation.json': json({
      scope: '/products/metered',
      state: 'active',
      primaryKey: 'metered',
    }),
    ...api('told'),
    ...api('bare'),
    'apis/told/policy.xml': document({ 'on-error': tells }),
    'apis/told/operations/left/policy.xml': document({
      inbound: '<rewrite-uri template="/hang" />',
      'on-error':
        '<send-one-way-request><set-url>@("{{backend}}/collect?" + context.LastError.Source + "+" + context.LastError.Reason)</set-url></send-one-way-request>',
    }),
  }
}

async function call(api: string, row: Row, index: number): Promise<Response> {
  const path = (row.path ?? '/{api}/{operation}').replace('{api}', api).replace('{operation}', `row${index}`)
  const headers = { 'Ocp-Apim-Subscription-Key': 'good', ...(await row.headers?.()) }
  // the missing key is one that is not sent at all
  if (headers['Ocp-Apim-Subscription-Key'] === '') delete (headers as Record<string, string>)['Ocp-Apim-Subscription-Key']
  for (let i = 0; i < (row.before ?? 0); i++) await (await fetch(running.gateway + path, { headers })).text()
  return fetch(running.gateway + path, { headers })
}

for (const [index, row] of rows.entries()) {
  const builtIn = row.source === 'configuration' || row.source === 'authorization'
  test(`${row.source}: ${row.condition} (${row.reason})`, async () => {
    const told = await call('told', row, index)
    const header = (name: string) => told.headers.get(name) ?? ''
    assert.deepEqual(
      ['ErrorSource', 'ErrorReason', 'ErrorScope', 'ErrorSection', 'ErrorPath', 'ErrorPolicyId', 'ErrorStatusCode'].map(header),
      [
        row.source,
        row.reason,
        row.scope ?? (builtIn || (row.section === 'backend' && row.policy?.backend === undefined) ? 'global' : 'operation'),
        row.section ?? 'inbound',
        builtIn ? '' : (row.place ?? row.source),
        row.policyId ?? '',
        String(row.status),
      ],
    )
    assert.match(header('ErrorMessage'), row.message)
    // on-error that only adds headers changes neither status nor body
    for (const answer of [told, await call('bare', row, index)]) {
      const { statusCode, message } = (await answer.json()) as { statusCode: number; message: string }
      assert.deepEqual([answer.status, statusCode], [row.status, row.status])
      assert.match(message, row.body)
      assert.equal(answer.headers.get('Content-Type'), 'application/json')
    }
  })
}

test('on-error of an operation that is not found sees the URL that the caller asked for', async () => {
  const answer = await fetch(`${running.gateway}/told/nothing-here?a=1`)
  assert.equal(answer.headers.get('ErrorUrl'), '/told/nothing-here?a=1')
})

test('forward-request: the caller went away while the request was pending (ClientConnectionFailure)', async () => {
  const leaving = new AbortController()
  const waiting = once(backend, 'hanging')
  const answer = fetch(`${running.gateway}/told/left`, {
    headers: { 'Ocp-Apim-Subscription-Key': 'good' },
    signal: leaving.signal,
  })
  answer.catch(() => undefined)
  await waiting
  const told = once(backend, 'collected')
  leaving.abort()
  await told
  assert.deepEqual(collected, ['/collect?forward-request+ClientConnectionFailure'])
})
