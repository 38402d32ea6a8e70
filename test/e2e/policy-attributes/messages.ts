import assert from 'node:assert/strict'
import { until } from '../../harness/until.ts'
import type { Case } from './stand.ts'

const tell = (name: string, expression: string) => `<set-header name="${name}"><value>@(${expression})</value></set-header>`

/** Policies that shape requests and responses. */
export const messages: readonly Case[] = [
  {
    shows: 'set-header name exists-action value',
    policy: {
      inbound: `<set-header name="A"><value>1</value><value>2</value></set-header>
        <set-header name="B" exists-action="append"><value>2</value></set-header>
        <set-header name="C" exists-action="skip"><value>2</value></set-header>
        <set-header name="D" exists-action="delete" />
        <set-header name="Cookie"><value>a=1</value></set-header>`,
    },
    async run(call) {
      const { headers } = (await call({ headers: { A: '0', B: '1', C: '1', D: '1' } })).echo
      assert.deepEqual([headers.a, headers.b, headers.c, headers.d, headers.cookie], ['1,2', '1,2', '1', undefined, 'a=1'])
    },
  },
  {
    shows: 'set-query-parameter name exists-action value',
    policy: {
      inbound: `<set-query-parameter name="a"><value>1</value><value>2</value></set-query-parameter>
        <set-query-parameter name="b" exists-action="append"><value>2</value></set-query-parameter>
        <set-query-parameter name="c" exists-action="skip"><value>2</value></set-query-parameter>
        <set-query-parameter name="d" exists-action="delete"><value>any</value></set-query-parameter>`,
    },
    async run(call) {
      const { url } = (await call({ query: '?a=0&b=1&c=1&d=1' })).echo
      const found = new URL(url, 'http://x').searchParams
      assert.deepEqual(
        ['a', 'b', 'c', 'd'].map(name => found.getAll(name)),
        [['1', '2'], ['1', '2'], ['1'], []],
      )
    },
  },
  {
    shows: 'set-method',
    policy: { inbound: '<set-method>@("PUT")</set-method>' },
    async run(call) {
      assert.equal((await call()).echo.method, 'PUT')
    },
  },
  {
    shows: 'set-status code reason',
    policy: { outbound: '<set-status code="202" reason="Will do" />' },
    async run(call) {
      const { status, reason } = await call()
      assert.deepEqual([status, reason], [202, 'Will do'])
    },
  },
  {
    shows: 'set-body template',
    policy: { inbound: '<set-body template="liquid">{{body.name | Upcase}} by {{context.Request.Method}}</set-body>' },
    async run(call) {
      const headers = { 'content-type': 'application/json' }
      assert.equal((await call({ method: 'POST', body: '{"name":"rex"}', headers })).echo.body, 'REX by POST')
    },
  },
  {
    shows: 'set-body xsi-nil="blank"',
    policy: { inbound: '<set-body template="liquid" xsi-nil="blank">[{{body.a.b}}]</set-body>' },
    async run(call) {
      const body = '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><b xsi:nil="true" /></a>'
      const headers = { 'content-type': 'application/xml' }
      assert.equal((await call({ method: 'POST', body, headers })).echo.body, '[]')
    },
  },
  {
    shows: 'set-body parse-date="false"',
    policy: { inbound: '<set-body template="liquid" parse-date="false">{{body.at}}</set-body>' },
    async run(call) {
      const headers = { 'content-type': 'application/json' }
      const body = '{"at":"2026-01-02T03:04:05Z"}'
      assert.equal((await call({ method: 'POST', body, headers })).echo.body, '2026-01-02T03:04:05Z')
    },
  },
  {
    shows: 'rewrite-uri template, copying what it does not name',
    policy: { inbound: '<rewrite-uri template="@(context.Request.Url.Path + "/new?x=y")" />' },
    async run(call) {
      assert.match((await call({ query: '?a=b' })).echo.url, /\/new\?x=y&a=b$/)
    },
  },
  {
    shows: 'rewrite-uri copy-unmatched-params="false"',
    policy: {
      inbound: '<rewrite-uri template="@(context.Request.Url.Path + "/new?x=y")" copy-unmatched-params="false" />',
    },
    async run(call) {
      assert.match((await call({ query: '?a=b' })).echo.url, /\/new\?x=y$/)
    },
  },
  {
    shows: 'return-response as it is by default',
    policy: { inbound: '<return-response />' },
    async run(call, { seen }) {
      const { status, body } = await call()
      assert.deepEqual([status, body, seen().length], [200, '', 0])
    },
  },
  {
    shows: 'return-response response-variable-name set-status set-header set-body',
    policy: {
      inbound: `<send-request response-variable-name="r"><set-url>BACKEND/own</set-url><set-method>GET</set-method></send-request>
        <return-response response-variable-name="r"><set-status code="203" reason="Other" />
          <set-header name="X-Own"><value>yes</value></set-header></return-response>`,
    },
    async run(call) {
      const { status, headers, echo } = await call()
      assert.deepEqual([status, headers.get('x-own'), echo.url.endsWith('/own')], [203, 'yes', true])
    },
  },
  {
    shows: 'mock-response status-code content-type',
    policy: { inbound: '<mock-response status-code="201" content-type="text/plain" />' },
    described: {
      responses: {
        200: { description: 'other' },
        201: {
          description: 'made',
          content: { 'application/json': { example: { a: 1 } }, 'text/plain': { example: 'made' } },
        },
      },
    },
    async run(call) {
      const { status, body, headers } = await call()
      assert.deepEqual([status, body, headers.get('content-type')], [201, 'made', 'text/plain'])
    },
  },
  {
    shows: 'mock-response index, and what it does by default',
    policy: {
      inbound:
        '<choose><when condition="@(context.Request.Url.Query.ContainsKey("second"))"><mock-response index="1" /></when><otherwise><mock-response /></otherwise></choose>',
    },
    described: {
      responses: {
        200: { description: 'a', content: { 'application/json': { example: { a: 1 } }, 'text/plain': { example: 'b' } } },
      },
    },
    async run(call) {
      assert.equal((await call({ query: '?second' })).body, 'b')
      assert.deepEqual(JSON.parse((await call()).body), { a: 1 })
    },
  },
  {
    shows: 'trace source severity message metadata',
    policy: {
      inbound: '<trace source="Pets" severity="error"><message>@("hello")</message><metadata name="who" value="me" /></trace>',
    },
    async run(call, { log }) {
      assert.equal((await call()).status, 200)
      await until(() => /Pets.*hello who=me/.test(log()), log)
    },
  },
  {
    shows: 'choose when condition otherwise',
    policy: {
      inbound: `<choose>
        <when condition="@(context.Request.Headers.GetValueOrDefault("A","") == "1")">${tell('X', '"first"')}</when>
        <when condition="@(context.Request.Headers.ContainsKey("A"))">${tell('X', '"second"')}</when>
        <otherwise>${tell('X', '"none"')}</otherwise></choose>`,
    },
    async run(call) {
      const taken = async (headers: Record<string, string>) => (await call({ headers })).echo.headers.x
      assert.deepEqual([await taken({ A: '1' }), await taken({ A: '2' }), await taken({})], ['first', 'second', 'none'])
    },
  },
  {
    shows: 'authentication-basic username password',
    policy: { inbound: '<authentication-basic username="ada" password="p:w" />' },
    async run(call) {
      const sent = (await call()).echo.headers.authorization
      assert.equal(sent, `Basic ${Buffer.from('ada:p:w').toString('base64')}`)
    },
  },
  {
    shows: 'ip-filter action="forbid" address-range from to',
    policy: { inbound: '<ip-filter action="forbid"><address-range from="127.0.0.0" to="127.0.0.9" /></ip-filter>' },
    async run(call) {
      const { status, body } = await call()
      assert.deepEqual([status, /Forbidden/.test(body)], [403, true])
    },
  },
  {
    shows: 'ip-filter action="allow" address-range from to',
    policy: {
      inbound:
        '<ip-filter action="allow"><address>10.0.0.1</address><address-range from="127.0.0.0" to="127.0.0.9" /></ip-filter>',
    },
    async run(call) {
      assert.equal((await call()).status, 200)
    },
  },
]
