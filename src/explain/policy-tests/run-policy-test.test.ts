import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, catalog, operation } from '../../gateway/testing/catalog.ts'
import { createTokenVerifier } from '../../identity/create-token-verifier.ts'
import { createReport } from '../../workspace/report.ts'
import { Stand } from '../stand.ts'
import { ClaimTokens } from './claim-tokens.ts'
import { Coverage } from './coverage.ts'
import { reportUnknownPolicies } from './ran.ts'
import { readPolicyTests } from './read-policy-tests.ts'
import { runPolicyTest, type TestBench } from './run-policy-test.ts'

const policy = `<policies><inbound>
  <check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true"><value>red</value></check-header>
  <rate-limit-by-key calls="1" renewal-period="60" counter-key="all" />
  <set-header name="X-Seen" exists-action="override"><value>yes</value></set-header>
  <choose><when condition="@(context.Request.Url.Path.EndsWith("ask"))">
    <send-request response-variable-name="r" timeout="5"><set-url>http://other.invalid/x</set-url></send-request>
    <set-header name="X-Answer" exists-action="override"><value>@(((IResponse)context.Variables["r"]).Body.As<string>())</value></set-header>
  </when><when condition="@(context.Request.Url.Path.EndsWith("me"))">
    <validate-jwt header-name="Authorization" id="who"><openid-config url="https://login.invalid/keys" /><audiences><audience>api://orders</audience></audiences>
      <required-claims><claim name="roles"><value>buyers</value></claim></required-claims></validate-jwt>
  </when></choose>
  <set-variable name="when" value="@(DateTime.UtcNow.ToString("o"))" />
  <set-variable name="twice" value="@(context.Variables.GetValueOrDefault<int>("once") * 2)" />
</inbound><backend><retry condition="@(context.Response.StatusCode == 503)" count="2" interval="10"><forward-request /></retry></backend>
<outbound><set-header name="X-Time" exists-action="override"><value>@(context.Variables["when"] + " " + DateTime.UtcNow.ToString("mm:ss"))</value></set-header></outbound></policies>`

function bench(): TestBench {
  const orders = api('orders', 'orders', [operation('any', 'POST', '/*')], {
    serviceUrl: 'http://backend.invalid/v1',
    policy: { file: 'api.xml', text: policy },
  })
  const fetch = () => Promise.reject(new Error('no network in this test'))
  const tokens = new ClaimTokens(createTokenVerifier({ fetch }))
  const stand = new Stand({ catalog: catalog('/nowhere', { apis: [orders] }), tokens, identity: 'none' })
  return {
    stand,
    coverage: new Coverage(stand.places),
    keptSnapshot: () => ({ status: 200, contentType: null, body: 'as it was' }),
    tokenFor: async (caller, now) =>
      caller.kind === 'claims' ? { token: tokens.issue(caller.claims, now) } : { refused: 'AADSTS50034: no such user' },
  }
}

/** The failures of each test of a file, in order. */
async function run(yaml: string, on = bench()): Promise<readonly (readonly string[])[]> {
  const report = createReport()
  const tests = readPolicyTests('t.test.yaml', yaml, report)
  assert.deepEqual(report.diagnostics, [])
  const failures: (readonly string[])[] = []
  for (const one of tests) failures.push((await runPolicyTest(one, on)).failures)
  return failures
}

const request = 'request: { method: POST, url: /orders/1?full=true, headers: { X-Team: red }, body: { a: 1 } }'

test('what comes of a call as expected is no failure, and each call has a counter of its own', async () => {
  const one = `
  - name: passes
    ${request}
    backend: { status: 201, headers: { X-B: c }, body: { id: 7 } }
    expect:
      status: 201
      reason: allowed
      headers: { X-B: c }
      body: { id: 7 }
      backend: { method: POST, url: 'http://backend.invalid/v1/1?full=true', headers: { X-Seen: 'yes' }, body: { a: 1 } }`
  assert.deepEqual(await run(`tests:${one}${one}`), [[], []])
})

test('each expectation that is not met is a failure with what came in its place', async () => {
  const [failures] = await run(`tests:
  - name: fails in all ways
    ${request}
    expect: { status: 403, reason: header.missing, headers: { X-B: c }, body: text, backend: false }`)
  assert.deepEqual(failures, [
    'status: expected 403, got 200',
    'reason: expected header.missing, got allowed',
    'header X-B: expected "c", got none',
    'body: expected "text", got nothing',
    'backend: expected no call, got POST http://backend.invalid/v1/1?full=true',
  ])
})

test('a call that must reach the backend and does not is a failure', async () => {
  const [failures] = await run(`tests:
  - name: refused
    request: { method: POST, url: /orders/1 }
    expect: { reason: header.missing, backend: { method: POST } }`)
  assert.deepEqual(failures, ['backend: expected a call, got none'])
})

test('a policy’s own request gets the answer that the test has for its URL; one without an answer is named', async () => {
  const ask = 'request: { method: POST, url: /orders/ask, headers: { X-Team: red } }'
  const [answered, silent] = await run(`tests:
  - name: answered
    ${ask}
    answers: [{ url: 'http://other.invalid/x', body: hello }]
    expect: { status: 200, backend: { headers: { X-Answer: hello } } }
  - name: silent
    ${ask}
    expect: { status: 200 }`)
  assert.deepEqual(answered, [])
  assert.ok(
    silent?.some(failure => failure.includes('GET http://other.invalid/x')),
    silent?.join('\n'),
  )
})

test('a caller whom the directory gives no token is a failure with the directory’s reason', async () => {
  const [failures] = await run(`tests:
  - name: nobody
    caller: { client: app, user: nobody@example.org, scope: api://x/.default }
    ${request}
    expect: { status: 200 }`)
  assert.deepEqual(failures, ['the caller gets no token: AADSTS50034: no such user'])
})

test('what a file of tests says wrong is a fault with its place', () => {
  const report = createReport()
  readPolicyTests(
    't.test.yaml',
    `tests:
  - name: odd
    request: { url: orders }
    expect: {}
  - name: misspelled
    request: { url: /orders }
    expect: { statsu: 200, reason: token.rolle }
  - request: { url: / }
`,
    report,
  )
  assert.deepEqual(
    report.diagnostics.map(({ code, line, column }) => [code, line, column]),
    [
      ['value.format', 3, 21],
      ['value.missing', 4, 13],
      ['key.unknown', 7, 15],
      ['value.choice', 7, 36],
      ['value.missing', 8, 5],
      ['value.missing', 8, 5],
    ],
  )
})

test('a caller of made-up claims is judged by them: audience, lifetime, roles; the signature counts as good', async () => {
  const me = (claims: string) => `
  - name: me
    caller: { claims: ${claims} }
    request: { method: POST, url: /orders/me, headers: { X-Team: red } }
    now: 2026-01-02T03:04:05Z
    expect: { reason: allowed, ran: [who] }`
  const failures = await run(
    `tests:${me('{ aud: api://orders, roles: [buyers] }')}${me('{ roles: [buyers] }')}${me('{ aud: api://other, roles: [buyers] }')}${me('{ roles: [] }')}${me('{ roles: [buyers], exp: 1767000000 }')}`,
  )
  assert.deepEqual(failures, [
    [],
    [],
    ['reason: expected allowed, got token.audience'],
    ['reason: expected allowed, got token.role'],
    ['reason: expected allowed, got token.expired'],
  ])
})

test('at a frozen time expressions and policies read that time, and only waiting moves it', async () => {
  const [failures] = await run(`now: 2026-01-02T03:04:05Z
tests:
  - name: frozen
    ${request}
    variables: { once: 21 }
    backend: [{ status: 503 }, { status: 200 }]
    expect:
      headers: { X-Time: 2026-01-02T03:04:05.0000000Z 04:15 }
      variables: { when: 2026-01-02T03:04:05.0000000Z, twice: 42, other: { absent: true } }`)
  assert.deepEqual(failures, [])
})

test('texts may match, JSON may be looked into, and what policies sent elsewhere is compared', async () => {
  const [ok, wrong] = await run(`tests:
  - name: looked into
    request: { method: POST, url: /orders/ask, headers: { X-Team: red } }
    answers: [{ url: 'http://other.invalid/x', method: GET, body: hello }]
    backend: { body: { items: [{ id: 1 }, { id: 2 }], at: 2026-01-02T00:00:00Z } }
    expect:
      bodyMatches: '"id":2'
      json: { '$.items[0].id': 1, '$..id': [1, 2], at: { matches: '^2026-' }, none: { absent: true } }
      sent: [{ url: { matches: invalid/x$ }, method: GET }]
      backend: { headers: { X-Answer: { matches: ^hel }, X-None: { absent: true } } }
      notRan: [who, validate-jwt]
  - name: wrong
    ${request}
    backend: { fails: true }
    expect:
      json: { statusCode: 200 }
      sent: [{ url: http://nobody.invalid/ }]
      ran: [who]
      notRan: [check-header]`)
  assert.deepEqual(ok, [])
  assert.deepEqual(wrong, [
    'body statusCode: expected 200, got 500',
    'sent: expected a request to http://nobody.invalid/, got none',
    'policy who: expected to run, and it did not',
    'policy check-header: expected not to run, and it did',
  ])
})

test('a branch is named as a policy is: by its element or path, told apart by section and scope', async () => {
  const [ok, wrong] = await run(`tests:
  - name: as it went
    request: { method: POST, url: /orders/me, headers: { X-Team: red } }
    caller: { claims: { aud: api://orders, roles: [buyers] } }
    expect:
      ran: [when, 'choose[1]/when[2]', 'inbound/choose[1]/when[2]', 'api/inbound/choose[1]/when[2]', choose]
      notRan: ['choose[1]/when[1]', send-request]
  - name: wrong
    request: { method: POST, url: /orders/me, headers: { X-Team: red } }
    caller: { claims: { aud: api://orders, roles: [buyers] } }
    expect: { ran: ['choose[1]/when[1]'], notRan: ['choose[1]/when[2]'] }`)
  assert.deepEqual(ok, [])
  assert.deepEqual(wrong, [
    'policy choose[1]/when[1]: expected to run, and it did not',
    'policy choose[1]/when[2]: expected not to run, and it did',
  ])
})

test('a policy or branch that stands nowhere is a fault with its place and the name that was meant', () => {
  const report = createReport()
  const tests = readPolicyTests(
    't.test.yaml',
    `tests:
  - name: slips
    request: { url: /orders }
    expect:
      ran: [who, 'choose[1]/when[3]']
      notRan: [validate-jwtt, validate-jwt]
`,
    report,
  )
  reportUnknownPolicies(tests, bench().stand.places, report)
  assert.deepEqual(
    report.diagnostics.map(({ code, line, column, mend }) => [code, line, column, mend]),
    [
      ['reference.unknown', 5, 18, "did you mean 'choose[1]/when[1]'?"],
      ['reference.unknown', 6, 16, "did you mean 'validate-jwt'?"],
    ],
  )
})

test('the answer of a test that failed otherwise is no snapshot', async () => {
  const report = createReport()
  const yaml = (status: number) => `tests: [{ name: new, ${request}, expect: { status: ${status}, snapshot: true } }]`
  const { keptSnapshot: _none, ...fresh } = bench()
  const statuses: (number | undefined)[] = []
  for (const status of [418, 200]) {
    const [one] = readPolicyTests('t.test.yaml', yaml(status), report)
    assert.ok(one)
    statuses.push((await runPolicyTest(one, fresh)).snapshot?.status)
  }
  assert.deepEqual(statuses, [undefined, 200])
})

test('an answer with a snapshot must be as it was kept', async () => {
  const [failures] = await run(`tests:
  - name: kept
    ${request}
    backend: { body: as it is }
    expect: { snapshot: true }`)
  assert.deepEqual(failures, ['snapshot body: expected "as it was", got "as it is"'])
})

test('coverage says which policies and branches no test ran', async () => {
  const on = bench()
  await run(
    `tests:
  - name: one
    ${request}
    expect: { status: 200 }`,
    on,
  )
  const [file] = on.coverage?.files() ?? []
  assert.equal(file?.file, 'api.xml')
  assert.deepEqual(
    file?.missed.map(({ element, line }) => [element, line]),
    [
      ['when', 5],
      ['send-request', 6],
      ['set-header', 7],
      ['when', 8],
      ['validate-jwt', 9],
    ],
  )
})

test('what the gateway would turn away by its head or its body’s length never comes to the policies', async () => {
  const url = 'url: /orders/1, method: POST'
  const tests = `tests:
  - name: contradicts itself
    request: { ${url}, headers: { X-Team: red, Content-Length: '3', Transfer-Encoding: chunked } }
    expect: { status: 400, reason: request.malformed, backend: false, notRan: [check-header] }
  - name: says its length
    request: { ${url}, headers: { X-Team: red }, body: abc }
    expect: { status: 200, backend: { headers: { Content-Length: '3' } } }
  - name: is up
    request: { url: /status-0123456789abcdef }
    expect: { status: 200, backend: false, notRan: [check-header] }`
  assert.deepEqual(await run(tests), [[], [], []])
})
