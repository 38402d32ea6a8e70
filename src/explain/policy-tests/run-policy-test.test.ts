import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, catalog, operation } from '../../gateway/testing/catalog.ts'
import { createTokenVerifier } from '../../identity/create-token-verifier.ts'
import { createReport } from '../../workspace/report.ts'
import { Stand } from '../stand.ts'
import { readPolicyTests } from './read-policy-tests.ts'
import { runPolicyTest } from './run-policy-test.ts'

const policy = `<policies><inbound>
  <check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true"><value>red</value></check-header>
  <rate-limit-by-key calls="1" renewal-period="60" counter-key="all" />
  <set-header name="X-Seen" exists-action="override"><value>yes</value></set-header>
  <choose><when condition="@(context.Request.Url.Path.EndsWith("ask"))">
    <send-request response-variable-name="r" timeout="5"><set-url>http://other.invalid/x</set-url></send-request>
    <set-header name="X-Answer" exists-action="override"><value>@(((IResponse)context.Variables["r"]).Body.As<string>())</value></set-header>
  </when></choose>
</inbound></policies>`

function stand(): Stand {
  const orders = api('orders', 'orders', [operation('any', 'POST', '/*')], {
    serviceUrl: 'http://backend.invalid/v1',
    policy: { file: 'api.xml', text: policy },
  })
  const fetch = () => Promise.reject(new Error('no network in this test'))
  return new Stand({ catalog: catalog('/nowhere', { apis: [orders] }), tokens: createTokenVerifier({ fetch }), identity: 'none' })
}

/** The failures of each test of a file, in order. */
async function run(yaml: string): Promise<readonly (readonly string[])[]> {
  const report = createReport()
  const tests = readPolicyTests('t.test.yaml', yaml, report)
  assert.deepEqual(report.diagnostics, [])
  const all = stand()
  const failures: (readonly string[])[] = []
  for (const one of tests)
    failures.push((await runPolicyTest(one, all, async () => ({ refused: 'AADSTS50034: no such user' }))).failures)
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
