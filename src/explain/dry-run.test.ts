import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog } from '../catalog/catalog.ts'
import { api, catalog, operation } from '../gateway/testing/catalog.ts'
import { createTokenVerifier } from '../identity/create-token-verifier.ts'
import { Body } from '../policies/context/body.ts'
import { Headers } from '../policies/context/headers.ts'
import { dryRun } from './dry-run.ts'
import { explainRecord } from './explanation.ts'
import { claim, tokenGuard, when } from './testing/guarded-workspace.ts'

const noNetwork = () => Promise.reject(new Error('an explanation of this test asks nobody'))

async function explain(
  policy: string,
  more: {
    readonly serviceUrl?: string
    readonly query?: string
    readonly headers?: readonly string[]
    readonly fragments?: Catalog['fragments']
  } = {},
) {
  const orders = api('orders', 'orders', [operation('list', 'GET', '/list')], {
    ...(more.serviceUrl === undefined ? {} : { serviceUrl: more.serviceUrl }),
    policy: { file: 'api.xml', text: `<policies>\n<inbound>\n${policy}\n</inbound>\n</policies>` },
  })
  const workspace: Catalog = catalog('/nowhere', { apis: [orders], fragments: more.fragments ?? [] })
  const run = await dryRun(
    {
      method: 'GET',
      path: '/orders/list',
      query: more.query ?? '',
      headers: new Headers(['Host', 'localhost', ...(more.headers ?? [])]),
      body: Body.empty(),
      peer: '127.0.0.1',
      scheme: 'http',
      startedAt: Date.now(),
    },
    { catalog: workspace, tokens: createTokenVerifier({ fetch: noNetwork }), identity: 'none' },
  )
  return explainRecord(run.record, workspace, { isPast: false, ...run })
}

test('an allowed call says where it would have gone, without its query', async () => {
  const explained = await explain('<base />', { serviceUrl: 'http://backend.invalid/v1', query: '?code=secret' })
  assert.equal(explained.verdict.decision, 'allowed')
  assert.equal(explained.backend, 'GET http://backend.invalid/v1/list')
  assert.equal(explained.mend, '')
})

test('what a policy throws once the answer is out changes nothing in the explanation', async () => {
  const condition = '@(int.Parse(context.Response.StatusReason) == 1)'
  const { verdict } = await explain(
    `<rate-limit-by-key calls="5" renewal-period="60" counter-key="k" increment-condition="${condition}" />`,
    { serviceUrl: 'http://backend.invalid' },
  )
  assert.deepEqual([verdict.decision, verdict.status], ['allowed', 200])
})

test('an API without a backend fails as it would when called', async () => {
  const { verdict, mend } = await explain('<base />')
  assert.deepEqual([verdict.decision, verdict.reason, verdict.status], ['failed', 'backend.missing', 500])
  assert.match(mend, /serviceUrl/)
})

test('a refusal names its policy, file and line, and what it compared', async () => {
  const { verdict } = await explain(
    '<check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true"><value>red</value></check-header>',
    { serviceUrl: 'http://backend.invalid' },
  )
  assert.deepEqual([verdict.reason, verdict.rule?.name, verdict.rule?.line], ['header.missing', 'check-header', 3])
})

test('a fragment that a choose includes is read as it runs: what it asks is told, and its mend has its audience', async () => {
  const text = `<fragment>\n${tokenGuard(claim('roles', 'any', 'readers'))}\n</fragment>`
  const { verdict, mend, demands } = await explain(when('true', '<include-fragment fragment-id="guard" />'), {
    serviceUrl: 'http://backend.invalid',
    fragments: [{ name: 'guard', policy: { file: 'guard.xml', text } }],
  })
  assert.deepEqual([verdict.reason, verdict.rule?.file], ['token.missing', 'guard.xml'])
  assert.deepEqual(
    demands.map(({ policy, file, claims }) => [policy, file, claims.length]),
    [['validate-jwt', 'guard.xml', 1]],
  )
  assert.match(mend, /for api:\/\/orders\/\.default/)
})

test('a policy that asks somebody else is not let out, and the explanation says so', async () => {
  const { notes } = await explain(
    '<send-request ignore-error="true" response-variable-name="r" timeout="5"><set-url>http://other.invalid/x?key=secret</set-url></send-request>',
    { serviceUrl: 'http://backend.invalid' },
  )
  assert.ok(
    notes.some(note => note.includes('GET http://other.invalid/x;')),
    notes.join('\n'),
  )
  assert.ok(!notes.join().includes('secret'))
})

test('the token of a connection counts as given, and the connection is named', async () => {
  const { notes, verdict } = await explain(
    '<get-authorization-context provider-id="p" authorization-id="a" context-variable-name="v" />',
    { serviceUrl: 'http://backend.invalid' },
  )
  assert.equal(verdict.decision, 'allowed')
  assert.ok(notes.includes('A policy asks for a token of the connection p/a: it counts as given.'))
})

test('what stands behind the first refusal is asked, too', async () => {
  const token = (
    role: string,
  ) => `<validate-jwt header-name="Authorization"><issuer-signing-keys><key>${'A'.repeat(44)}</key></issuer-signing-keys>
<required-claims><claim name="roles"><value>${role}</value></claim></required-claims></validate-jwt>`
  const { demands, verdict } = await explain(`${token('first')}\n${token('second')}`, { serviceUrl: 'http://backend.invalid' })
  assert.equal(verdict.reason, 'token.missing')
  assert.deepEqual(
    demands.map(({ claims, met }) => [claims[0]?.values, met]),
    [
      [['first'], false],
      [['second'], false],
    ],
  )
})

test('return-response with an error does not let the call pass, with another answer it does', async () => {
  const answer = (code: number) => `<return-response><set-status code="${code}" reason="x" /></return-response>`
  const refused = await explain(answer(403))
  assert.deepEqual(
    [refused.verdict.passes, refused.verdict.status, refused.verdict.reason],
    [false, 403, 'policy.returned-response'],
  )
  assert.notEqual(refused.mend, '')
  assert.equal((await explain(answer(204))).verdict.passes, true)
})

test('the steps say what each policy compared, and what would refuse the call next', async () => {
  const check = (name: string) =>
    `<check-header name="${name}" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true" />`
  const { steps, further } = await explain(`${check('X-First')}\n${check('X-Second')}`, { serviceUrl: 'http://backend.invalid' })
  assert.deepEqual(
    steps.map(({ policy, outcome, comparisons }) => [policy, outcome, comparisons[0]?.subject]),
    [['check-header', 'refusal', 'header X-First']],
  )
  assert.deepEqual(
    further.map(({ policy, line, reason, mayFollow }) => [policy, line, reason, mayFollow]),
    [['check-header', 4, 'header.missing', false]],
  )
})

test('what fails behind a refusal for want of what it would have left needs no mend of its own', async () => {
  const jwt = `<validate-jwt header-name="Authorization" output-token-variable-name="jwt"><issuer-signing-keys><key>${Buffer.alloc(32).toString('base64')}</key></issuer-signing-keys></validate-jwt>`
  const { further } = await explain(
    `${jwt}
<set-variable name="who" value="@(((Jwt)context.Variables[&quot;jwt&quot;]).Subject)" />
<rate-limit-by-key calls="5" renewal-period="60" counter-key='@((string)context.Variables["who"])' />
<set-header name="X-B" exists-action="override"><value>@(context.Request.Headers["X-Missing"][0])</value></set-header>`,
    { serviceUrl: 'http://backend.invalid' },
  )
  assert.deepEqual(
    further.map(({ policy, mend }) => [policy, mend]),
    [
      ['set-variable', 'Nothing here: the variable jwt is there once validate-jwt (line 3) passes.'],
      ['rate-limit-by-key', 'Nothing here: the variable who is there once set-variable (line 4) passes.'],
      [
        'set-header',
        'The API’s publisher mends the expression of set-header at api.xml:6: System.Collections.Generic.KeyNotFoundException.',
      ],
    ],
  )
})

test('a condition that fails behind a refusal is told at its own line, as the record tells it, and by the variable it lacks', async () => {
  const choosing = `<choose>
<when condition='@(context.Request.Method == "PUT")' />
<when condition='@(((string)context.Variables["who"]).Length &gt; 0)' />
</choose>`
  const backend = { serviceUrl: 'http://backend.invalid' }
  const { verdict } = await explain(choosing, backend)
  assert.deepEqual([verdict.rule?.name, verdict.rule?.line], ['choose', 5])
  const check = '<check-header name="X-First" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true" />'
  const { further } = await explain(`${check}\n${choosing}`, backend)
  assert.deepEqual(
    further.map(({ policy, line, mend }) => [policy, line, mend]),
    [
      [
        'choose',
        6,
        'The API’s publisher mends the expression of choose at api.xml:6: System.Collections.Generic.KeyNotFoundException.',
      ],
    ],
  )
  const setting = `<set-variable name="who" value='@(context.Request.Headers["X-Missing"][0])' />`
  const behind = await explain(`${setting}\n${choosing}`, backend)
  assert.deepEqual(
    behind.further.map(({ policy, line, mend }) => [policy, line, mend]),
    [['choose', 6, 'Nothing here: the variable who is there once set-variable (line 3) passes.']],
  )
})

test('a limit shows its key, what it allows and what is left; a key made of a credential is not shown', async () => {
  const limit = (name: string, key: string) => `<${name} calls="5" renewal-period="300" counter-key='${key}' />`
  const { steps } = await explain(
    [
      limit('rate-limit-by-key', '@(context.Request.IpAddress)'),
      limit('quota-by-key', '@(context.Request.IpAddress)'),
      limit('rate-limit-by-key', '@(context.Request.Headers.GetValueOrDefault("Api-Key"))'),
      limit('rate-limit-by-key', '@("of " + context.Request.OriginalUrl.Query.GetValueOrDefault("code"))'),
    ].join(''),
    {
      serviceUrl: 'http://backend.invalid',
      query: '?code=s3cr3t-in-query',
      headers: ['Api-Key', 's3cr3t-in-header'],
    },
  )
  const shown = steps.flatMap(({ comparisons }) => comparisons.map(({ expected, received }) => [...expected, ...received]))
  assert.deepEqual(shown, [
    ['at most 5 calls in 300 seconds', '4 left for the key 127.0.0.1'],
    ['at most 5 calls in 300 seconds', '4 left for the key 127.0.0.1'],
    ['at most 5 calls in 300 seconds', '4 left for a key that holds a credential'],
    ['at most 5 calls in 300 seconds', '4 left for a key that holds a credential'],
  ])
})
