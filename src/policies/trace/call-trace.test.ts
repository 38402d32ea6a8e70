import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tracePolicies } from '../testing/trace-policies.ts'
import type { TraceOptions } from './call-trace.ts'

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

const trace = (headers: Record<string, string[]>, options: Partial<TraceOptions> = {}) =>
  tracePolicies({ inbound }, { request: { headers } }, {}, {}, options)

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
    { subject: 'header X-Key', expected: ['any value'], received: ['not sent'], holds: false },
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

test('a credential that the call brought is shown nowhere, though policies and callers are told as ever', async () => {
  for (const key of ['short', 'callers-own-secret']) {
    const checked =
      '<check-header name="X-Api-Key" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="false"><value>a</value></check-header>'
    const onError = key === 'short' ? '' : '<set-variable name="why" value="@(context.LastError.Message)" />'
    const call = { request: { headers: { 'X-Api-Key': [key] } } }
    const { ctx, trace: seen } = await tracePolicies({ inbound: checked, 'on-error': onError }, call)
    assert.equal(ctx.lastError?.message, `Header X-Api-Key value of ${key} is not allowed. Access denied.`)
    assert.equal(seen.entries[0]?.message, 'Header X-Api-Key value of *** is not allowed. Access denied.')
    const shown = JSON.stringify(seen.entries)
    assert.ok(!shown.includes(key), shown)
  }
})

test('a token is not shown where a policy took it out of its header, nor what a query parameter carried', async () => {
  const taken = `
    <set-variable name="who" value="@(context.Request.Headers.GetValueOrDefault(&quot;Authorization&quot;, &quot;&quot;).Substring(7))" />
    <set-header name="X-Copy" exists-action="override"><value>@("so " + context.Request.OriginalUrl.Query.GetValueOrDefault("sig", ""))</value></set-header>`
  const request = { originalUrl: 'https://api.example/x?sig=a%2Fsignature', headers: { Authorization: ['Bearer opaque-token'] } }
  const { trace: seen } = await tracePolicies({ inbound: taken }, { request })
  assert.deepEqual(
    seen.entries.flatMap(({ changes }) => changes),
    [
      { target: 'variables.who', after: '***' },
      { target: 'request.headers.X-Copy', after: 'so ***' },
    ],
  )
})

test('a subscription key is not shown whatever the API calls it, be it short or wrong', async () => {
  const copying = `
    <set-variable name="who" value="@(context.Request.Headers.GetValueOrDefault(&quot;X-Partner&quot;, &quot;&quot;))" />
    <set-header name="X-Copy" exists-action="override"><value>@("so " + context.Request.OriginalUrl.Query.GetValueOrDefault("K", ""))</value></set-header>`
  const request = { originalUrl: 'https://api.example/x?K=k%2Fey', headers: { 'X-Partner': ['nope'] } }
  const api = { subscriptionKeyNames: { header: 'x-partner', query: 'k' } }
  const { trace: seen } = await tracePolicies({ inbound: copying }, { request, api })
  assert.deepEqual(
    seen.entries.flatMap(({ changes }) => changes),
    [
      { target: 'variables.who', after: '***' },
      { target: 'request.headers.X-Copy', after: 'so ***' },
    ],
  )
  assert.equal(seen.redact.text('https://api.example/x?K=k%2Fey'), 'https://api.example/x?K=***')
})

test('what a variable holds of a body is not shown, nor what conditions compute of it', async () => {
  const variable = (name: string) => `context.Variables.GetValueOrDefault&lt;string&gt;(&quot;${name}&quot;)`
  const inbound = `
    <set-variable name="text" value="@(context.Request.Body.As&lt;string&gt;(true))" />
    <set-variable name="part" value="@(${variable('text')}.Substring(2))" />
    <set-variable name="other" value="blue" />
    <choose><when condition="@(context.Request.Method == &quot;POST&quot; &amp;&amp; ${variable('part')}.ToUpper() == &quot;x&quot;)"><return-response /></when></choose>
    <choose><when condition="@{ var of = ${variable('text')}; return of.Length == 3 || of == &quot;x&quot;; }"><return-response /></when></choose>
    <choose><when condition="@(${variable('other')} == &quot;x&quot;)"><return-response /></when></choose>
    <set-variable name="text" value="red" />`
  const { trace: seen } = await tracePolicies({ inbound }, { request: { method: 'POST', body: 'Private words' } })
  assert.doesNotMatch(JSON.stringify(seen.entries), /words/i)
  assert.deepEqual(
    seen.entries.flatMap(({ changes }) => changes),
    [
      { target: 'variables.text', after: '(of a body)' },
      { target: 'variables.part', after: '(of a body)' },
      { target: 'variables.other', after: 'blue' },
    ],
  )
  assert.deepEqual(
    seen.entries.slice(3, 6).map(({ comparisons: [one] }) => one?.parts?.map(({ values }) => values.length)),
    [[0, 0], [0, 0], [1]],
  )
})
