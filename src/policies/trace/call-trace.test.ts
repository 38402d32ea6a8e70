import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallContext } from '../context/call-context.ts'
import { runPolicies } from '../testing/run-policies.ts'
import { CallTrace, type TraceOptions } from './call-trace.ts'
import { redactorFor } from './redact.ts'

const inbound = `
  <set-variable name="team" value="@(context.Request.Headers.GetValueOrDefault(&quot;X-Team&quot;, &quot;none&quot;))" />
  <choose>
    <when condition="@(context.Variables.GetValueOrDefault&lt;string&gt;(&quot;team&quot;) == &quot;red&quot;)">
      <set-header name="X-Color" exists-action="override"><value>red</value></set-header>
    </when>
    <otherwise>
      <set-header name="Authorization" exists-action="override"><value>Bearer of-the-backend</value></set-header>
    </otherwise>
  </choose>
  <check-header name="X-Key" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="false" />
  <ip-filter action="allow"><address>10.0.0.1</address></ip-filter>`

async function trace(headers: Record<string, string[]>, options: Partial<TraceOptions> = {}) {
  let watched: CallTrace | undefined
  const watch = (call: CallContext) => {
    watched = new CallTrace(call, { clock: () => 0, redact: redactorFor([]), ...options })
    return watched
  }
  const { outcome } = await runPolicies({ inbound }, { request: { headers } }, {}, {}, watch)
  assert.ok(watched !== undefined)
  return { outcome, trace: watched }
}

test('a trace has every policy in order, with its outcome', async () => {
  const { trace: seen } = await trace({ 'X-Team': ['red'] })
  assert.deepEqual(
    seen.entries.map(({ place, outcome }) => [place.path, outcome]),
    [
      ['set-variable', 'next'],
      ['choose', 'next'],
      ['choose[1]/when[1]/set-header[1]', 'next'],
      ['check-header', 'refusal'],
    ],
  )
})

test('a trace tells what each policy changed, where it changed it', async () => {
  const { trace: seen } = await trace({ 'X-Team': ['red'] })
  assert.deepEqual(
    seen.entries.map(({ changes }) => changes),
    [[{ target: 'variables.team', after: 'red' }], [], [{ target: 'request.headers.X-Color', after: 'red' }], []],
  )
})

test('a trace tells which branch was taken, and what a condition gave', async () => {
  const { trace: seen } = await trace({})
  assert.deepEqual(
    seen.branches.map(({ path }) => path),
    ['choose[1]/otherwise[1]'],
  )
  assert.deepEqual(seen.entries[1]?.comparisons[0]?.received, ['false'])
})

test('a refusal in a trace says what was compared, and no secret', async () => {
  const { trace: seen } = await trace({})
  const last = seen.entries.at(-1)
  assert.equal(last?.reason, 'header.missing')
  assert.deepEqual(last?.comparisons, [
    { subject: 'header X-Key', expected: ['one of 0 values'], received: ['not sent'], holds: false },
  ])
  assert.deepEqual(seen.entries[2]?.changes, [{ target: 'request.headers.Authorization', after: 'Bearer ***' }])
})

test('a trace that goes on behind refusals has all of them', async () => {
  const { outcome, trace: seen } = await trace({}, { goesOn: true })
  assert.equal(outcome, 'next')
  assert.deepEqual(
    seen.refusals.map(({ refusal }) => refusal.reason),
    ['header.missing', 'ip.not-allowed'],
  )
})
