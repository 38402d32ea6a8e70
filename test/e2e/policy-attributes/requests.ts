import assert from 'node:assert/strict'
import type { Case } from './stand.ts'

const own = 'response-variable-name="r"'
const result =
  '<set-header name="X-Got"><value>@(((IResponse)context.Variables["r"])?.StatusCode.ToString() ?? "null")</value></set-header>'

/** Policies that send requests. */
export const requests: readonly Case[] = [
  {
    shows: 'send-request mode="new" set-url set-method set-header set-body',
    policy: {
      inbound: `<send-request mode="new" ${own} timeout="5"><set-url>BACKEND/own</set-url><set-method>POST</set-method>
        <set-header name="A"><value>1</value></set-header><set-body>text</set-body></send-request>${result}`,
    },
    async run(call, { seen }) {
      assert.equal((await call({ headers: { B: '2' } })).echo.headers['x-got'], '200')
      const [sent] = seen()
      assert.deepEqual([sent?.method, sent?.headers.a, sent?.headers.b, sent?.body], ['POST', '1', undefined, 'text'])
    },
  },
  {
    shows: 'send-request mode="copy"',
    policy: { inbound: `<send-request mode="copy" ${own}><set-url>BACKEND/copy</set-url></send-request>${result}` },
    async run(call, { seen }) {
      await call({ method: 'POST', headers: { B: '2' }, body: 'whole' })
      const [sent] = seen()
      assert.deepEqual([sent?.method, sent?.headers.b, sent?.body], ['POST', '2', 'whole'])
    },
  },
  {
    shows: 'send-request ignore-error="true" timeout',
    policy: {
      inbound: `<send-request ${own} timeout="1" ignore-error="true"><set-url>BACKEND/slow</set-url><set-method>GET</set-method>
        <set-header name="x-answer"><value>{"afterMs":3000}</value></set-header></send-request>${result}`,
    },
    async run(call) {
      assert.equal((await call()).echo.headers['x-got'], 'null')
    },
  },
  {
    shows: 'send-request ignore-error="false", as by default',
    policy: {
      inbound: `<send-request ${own}><set-url>http://127.0.0.1:1/</set-url><set-method>GET</set-method></send-request>`,
      'on-error':
        '<return-response><set-status code="502" reason="Bad" /><set-body>@(context.LastError.Reason)</set-body></return-response>',
    },
    async run(call) {
      const { status, body } = await call()
      assert.deepEqual([status, body], [502, 'BackendConnectionFailure'])
    },
  },
  {
    shows: 'send-one-way-request mode timeout',
    policy: {
      inbound: `<send-one-way-request mode="copy" timeout="5"><set-url>BACKEND/note</set-url><set-method>PUT</set-method>
        <set-header name="x-answer"><value>{"afterMs":400}</value></set-header></send-one-way-request>`,
    },
    async run(call, { seen }) {
      const started = performance.now()
      await call({ headers: { B: '2' } })
      assert.ok(performance.now() - started < 390, 'nobody waits for its answer')
      while (seen().length < 2) await new Promise(resolve => setTimeout(resolve, 5))
      const note = seen().find(({ url }) => url.endsWith('/note'))
      assert.deepEqual([note?.method, note?.headers.b], ['PUT', '2'])
    },
  },
  {
    shows: 'proxy url username password',
    policy: { inbound: '<proxy url="PROXY" username="ada" password="secret" />' },
    async run(call, { proxied }) {
      assert.equal((await call()).status, 200)
      assert.equal(proxied[0]?.headers['proxy-authorization'], `Basic ${Buffer.from('ada:secret').toString('base64')}`)
    },
  },
  {
    shows: 'wait for="all"',
    policy: {
      inbound: `<wait for="all"><send-request ${own}><set-url>BACKEND/one</set-url><set-method>GET</set-method>
          <set-header name="x-answer"><value>{"afterMs":100}</value></set-header></send-request>
        <send-request response-variable-name="s"><set-url>BACKEND/two</set-url><set-method>GET</set-method></send-request></wait>${result}`,
    },
    async run(call) {
      assert.equal((await call()).echo.headers['x-got'], '200')
    },
  },
  {
    shows: 'wait for="any"',
    policy: {
      inbound: `<wait for="any"><send-request response-variable-name="s"><set-url>BACKEND/late</set-url><set-method>GET</set-method>
          <set-header name="x-answer"><value>{"afterMs":3000}</value></set-header></send-request>
        <send-request ${own}><set-url>BACKEND/soon</set-url><set-method>GET</set-method></send-request></wait>
        <set-header name="X-Late"><value>@(context.Variables.ContainsKey("s").ToString())</value></set-header>${result}`,
    },
    async run(call) {
      const { headers } = (await call()).echo
      assert.deepEqual([headers['x-got'], headers['x-late']], ['200', 'False'])
    },
  },
  {
    shows: 'retry condition count first-fast-retry interval',
    policy: {
      backend:
        '<retry condition="@(context.Response.StatusCode == 500)" count="1" interval="60" first-fast-retry="true"><forward-request buffer-request-body="true" /></retry>',
    },
    async run(call, { seen }) {
      assert.equal((await call({ method: 'POST', body: 'again', answer: { status: 500 } })).status, 500)
      assert.deepEqual(
        seen().map(({ body }) => body),
        ['again', 'again'],
      )
    },
  },
  {
    shows: 'retry interval delta max-interval',
    policy: {
      backend:
        '<retry condition="@(context.Response.StatusCode == 500)" count="2" interval="1" delta="50" max-interval="1"><forward-request /></retry>',
    },
    async run(call, { seen }) {
      const started = performance.now()
      await call({ answer: { status: 500 } })
      const seconds = (performance.now() - started) / 1000
      assert.equal(seen().length, 3)
      assert.ok(seconds > 1 && seconds < 20, `${seconds}`)
    },
  },
  {
    shows: 'forward-request timeout',
    policy: { backend: '<forward-request timeout="1" />' },
    async run(call) {
      assert.equal((await call({ answer: { afterMs: 3000 } })).status, 504)
    },
  },
  {
    shows: 'forward-request timeout-ms',
    policy: { backend: '<forward-request timeout-ms="100" />' },
    async run(call) {
      const started = performance.now()
      assert.equal((await call({ answer: { afterMs: 3000 } })).status, 504)
      assert.ok(performance.now() - started < 2000)
    },
  },
  {
    shows: 'forward-request follow-redirects',
    policy: {
      backend: `<choose><when condition="@(context.Request.Url.Query.ContainsKey("follow"))">
        <forward-request follow-redirects="true" /></when><otherwise><forward-request /></otherwise></choose>`,
    },
    async run(call) {
      const answer = { status: 307, headers: { location: '?landed' }, unless: 'landed' }
      assert.equal((await call({ answer })).status, 307)
      assert.match((await call({ query: '?follow', answer })).echo.url, /landed/)
    },
  },
  {
    shows: 'forward-request http-version buffer-response',
    policy: { backend: '<forward-request http-version="2or1" buffer-response="false" />' },
    async run(call) {
      assert.equal((await call()).status, 200)
    },
  },
  {
    shows: 'forward-request fail-on-error-status-code',
    policy: {
      backend: '<forward-request fail-on-error-status-code="true" />',
      'on-error': '<set-header name="X-Failed"><value>@(context.LastError.Source)</value></set-header>',
    },
    async run(call) {
      const { status, headers } = await call({ answer: { status: 418 } })
      assert.deepEqual([status, headers.get('x-failed')], [418, 'forward-request'])
      assert.equal((await call()).headers.get('x-failed'), null)
    },
  },
]
