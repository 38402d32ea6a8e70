import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import type { Snippet } from './snippet.ts'

const key32 = Buffer.alloc(32, 7).toString('base64')

/** Puts policies at the beginning of inbound. */
const before = (policies: string) => (text: string) => text.replace(/<inbound>/, `<inbound>${policies}`)

/** Snippets that choose, call and shape backends. */
export const backendSnippets: readonly Snippet[] = [
  {
    file: 'Add correlation id to inbound request.policy.xml',
    promise: 'a correlation id goes to the backend, the caller’s own stays',
    async run(gateway) {
      await gateway.call()
      await gateway.call({ headers: { correlationid: 'mine' } })
      const [made = '', own] = gateway.forwarded.map(({ headers }) => headers.get('correlationid') ?? '')
      assert.match(made, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      assert.equal(own, 'mine')
    },
  },
  {
    file: 'Back-end API redundancy.policy.xml',
    parts: { region: 'East US' },
    promise: 'a 404 of the nearest backend is answered by the other region, which is remembered for ten seconds',
    async run(gateway) {
      gateway.backend = ({ url }) => (url.includes('hello-eus') ? { status: 404 } : { body: 'from the west' })
      assert.equal((await gateway.call({ path: '/a' })).body, 'from the west')
      assert.deepEqual(
        gateway.forwarded.map(({ url }) => url),
        ['https://hello-eus.azurewebsites.net/a', 'https://hello-weu.azurewebsites.net/a'],
      )
      await gateway.call({ path: '/b' })
      assert.equal(gateway.forwarded.at(-1)?.url, 'https://hello-weu.azurewebsites.net/b')
      assert.equal(gateway.forwarded.length, 3)
      gateway.later(11_000)
      await gateway.call({ path: '/c' })
      assert.equal(gateway.forwarded.length, 5)
    },
  },
  {
    file: 'Backend for Frontend or curated API policy.xml',
    parts: { namedValues: { 'bff-timeout': '10', 'bff-baseurl': 'https://operations.example' } },
    promise: 'four operations are one answer: 200 when all succeed, 207 with the errors of those that fail',
    async run(gateway) {
      gateway.services.push([
        'https://operations.example',
        ({ url }) => ({ body: { at: new URL(url).pathname + new URL(url).search } }),
      ])
      const all = await gateway.call({ path: '/x?param1=7' })
      assert.equal(all.status, 200)
      assert.deepEqual(JSON.parse(all.body), [
        { operation: 'operation1', status: 200, body: { at: '/operation1?param1=7' } },
        ...[2, 3, 4].map(n => ({ operation: `operation${n}`, status: 200, body: { at: `/operation${n}` } })),
      ])
      gateway.services.unshift(
        ['https://operations.example/operation2', () => ({ status: 500, body: 'broken' })],
        ['https://operations.example/operation3', () => undefined],
      )
      const some = await gateway.call()
      assert.equal(some.status, 207)
      assert.deepEqual(JSON.parse(some.body).slice(1, 3), [
        { operation: 'operation2', status: 500, error: 'broken' },
        { operation: 'operation3', error: '' },
      ])
      assert.equal(gateway.forwarded.length, 0)
    },
  },
  {
    file: 'Extracting multiple values from xml documents.policy.xml',
    parts: { namedValues: { 'my-send-request': 'https://xml.example/message' } },
    promise: 'values of an XML answer are read once and put into a template',
    async run(gateway) {
      const body =
        '<message1><conditionValue>true</conditionValue><value1>MESSAGE1_TEST1</value1><value3>MESSAGE1_TEST3</value3></message1>'
      gateway.services.push(['https://xml.example/', () => ({ headers: { 'Content-Type': 'text/xml' }, body })])
      const { status, headers, body: answer } = await gateway.call()
      assert.deepEqual([status, headers.get('Content-Type')], [200, 'text/xml'])
      assert.match(answer, /<message3>\s*<data val1="MESSAGE1_TEST1" val3="MESSAGE1_TEST3" \/>\s*<\/message3>/)
    },
  },
  {
    file: 'Filter response content based on product name.policy.xml',
    promise: 'callers of the product Starter get a shorter answer, others the whole',
    async run(gateway) {
      const body = { lat: 1, current: 1, minutely: 1, hourly: 1, daily: 1, alerts: [] }
      gateway.backend = () => ({ body })
      assert.deepEqual(JSON.parse((await gateway.call({ subscribed: true })).body), { lat: 1 })
    },
  },
  {
    file: 'Forward Azure Event Grid Event.xml',
    promise: 'one event goes on with its facts in headers, the handshake is answered, several events are refused',
    async run(gateway) {
      const event = {
        id: 'e-1',
        subject: 's',
        eventType: 'Thing.Made',
        eventTime: '2026-01-02T03:04:05Z',
        dataVersion: '1',
        metadataVersion: '2',
        topic: 't',
        data: { thing: 5 },
      }
      const send = (events: unknown) => gateway.call({ method: 'POST', body: JSON.stringify(events) })
      assert.equal((await send([event])).status, 200)
      const [sent] = gateway.forwarded
      assert.equal(sent?.url, 'https://en4co4ars2s5v.x.pipedream.net/')
      assert.deepEqual(JSON.parse(sent?.body ?? ''), { thing: 5 })
      assert.deepEqual(
        ['X-Event-Id', 'X-Event-Type', 'X-Event-Metadata-Version', 'X-Event-Topic'].map(name => sent?.headers.get(name)),
        ['e-1', 'Thing.Made', '2', 't'],
      )
      const validation = { eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', data: { validationCode: 'c-1' } }
      assert.deepEqual(JSON.parse((await send([validation])).body), { validationResponse: 'c-1' })
      assert.equal((await send([event, event])).status, 400)
      assert.equal(gateway.forwarded.length, 1)
    },
  },
  {
    file: 'Forward gateway hostname to backend for generating correct urls in responses.policy.xml',
    promise: 'the backend learns scheme and host that the caller used',
    async run(gateway) {
      await gateway.call()
      assert.equal(gateway.forwarded[0]?.headers.get('Forwarded'), 'proto=https;host=gateway.example;')
    },
  },
  {
    file: 'Generate Azure Relay Token.policy.xml',
    fill: text => text.replace('base-url=""', 'base-url="https://relay.example/service"'),
    parts: { namedValues: { accessKey: 'the-key', accessKeyName: 'send-only' } },
    promise: 'a signature for the relay goes along, and is kept for ten seconds',
    async run(gateway) {
      await gateway.call({ method: 'POST', path: '/a', body: '{}' })
      const token = gateway.forwarded[0]?.headers.get('ServiceBusAuthorization') ?? ''
      const [, uri = '', signature = '', expiry = '', name] =
        /^SharedAccessSignature sr=([^&]*)&sig=([^&]*)&se=(\d+)&skn=(.*)$/.exec(token) ?? []
      assert.equal(decodeURIComponent(uri), 'https://relay.example/service/a')
      assert.equal(name, 'send-only')
      const wanted = createHmac('sha256', 'the-key').update(`${uri}\n${expiry}`).digest('base64')
      assert.equal(decodeURIComponent(signature), wanted)
      await gateway.call({ method: 'POST', path: '/b', body: '{}' })
      assert.equal(gateway.forwarded[1]?.headers.get('ServiceBusAuthorization'), token)
    },
  },
  {
    file: 'Generate Shared Access Signature and forward request to Azure storage.policy.xml',
    parts: { namedValues: { storageAccountAccessKey: key32, storageAccountName: 'account', tableName: 'people' } },
    promise: 'the request goes to the table with a signature of the account’s key',
    async run(gateway) {
      await gateway.call()
      const { url = '', headers } = gateway.forwarded[0] ?? {}
      const query = new URL(url).searchParams
      assert.equal(new URL(url).pathname, '/base/people')
      const said = ['raud', '', query.get('se'), '/table/account/people', '', '', '', '2021-06-08', '', '', '', ''].join('\n')
      const wanted = createHmac('sha256', Buffer.from(key32, 'base64')).update(said).digest('base64')
      // the snippet encodes it for HTML, so a plus sign of it is read as a blank
      assert.equal(query.get('sig')?.replaceAll(' ', '+'), wanted)
      assert.deepEqual(
        ['x-ms-version', 'DataServiceVersion'].map(name => headers?.get(name)),
        ['2021-06-08', '1.0;NetFx'],
      )
    },
  },
  {
    file: 'Get X-CSRF token from SAP gateway using send request.policy.xml',
    promise: 'a writing call brings the token and the cookie that a HEAD request fetched; a reading one asks for none',
    async run(gateway) {
      const cookies = ['sap-usercontext=x; path=/', 'sap-XSRF_FS1=abc==; path=/']
      gateway.services.push([
        'https://backend.example/base/',
        ({ method }) => (method === 'HEAD' ? { headers: { 'x-csrf-token': 'csrf-1', 'Set-Cookie': cookies } } : undefined),
      ])
      await gateway.call({ path: '/orders', headers: { Authorization: 'Bearer a' } })
      assert.equal(gateway.asked.length, 0)
      await gateway.call({ method: 'POST', path: '/orders', headers: { Authorization: 'Bearer a' }, body: '{}' })
      assert.deepEqual(
        gateway.asked.map(({ url, headers }) => [url, headers.get('X-CSRF-Token'), headers.get('Authorization')]),
        [['https://backend.example/base/orders', 'Fetch', 'Bearer a']],
      )
      const sent = gateway.forwarded.at(-1)?.headers
      assert.deepEqual([sent?.get('X-CSRF-Token'), sent?.get('Cookie')], ['csrf-1', 'sap-XSRF_FS1=abc=='])
    },
  },
  {
    file: 'List all inbound headers.policy.xml',
    promise: 'the answer lists every header that came',
    async run(gateway) {
      const { body } = await gateway.call({ headers: { 'X-One': '1', 'X-Two': 'two' } })
      assert.match(body, /X-One: 1/)
      assert.match(body, /X-Two: two/)
    },
  },
  {
    file: 'Log errors to Stackify.policy.xml',
    fill: before('<set-variable name="a" value="@(int.Parse(&quot;x&quot;))" />'),
    parts: { namedValues: { 'stackify-api-key': 'k-1', 'environment-name': 'Test', 'app-name': 'App' } },
    promise: 'an error is told to the log service',
    async run(gateway) {
      gateway.services.push(['https://api.stackify.com/', () => ({})])
      assert.equal((await gateway.call()).status, 500)
      const [told] = gateway.asked
      assert.deepEqual(
        [told?.method, told?.url, told?.headers.get('X-Stackify-Key')],
        ['POST', 'https://api.stackify.com/Log/Save', 'k-1'],
      )
      const log = JSON.parse(told?.body ?? '{}')
      assert.deepEqual(
        [log.Environment, log.AppName, log.Msgs[0].SrcMethod, log.Msgs[0].Level],
        ['Test', 'App', 'set-variable', 'error'],
      )
      assert.match(log.Msgs[0].Msg, /^Expression evaluation failed\./)
    },
  },
  {
    file: 'Mask async calls as synchronous.policy.xml',
    promise: 'the place that a 202 names is asked until it has the answer',
    async run(gateway) {
      let tries = 0
      gateway.backend = () => ({ status: 202, headers: { Location: 'https://logic.example/runs/1' } })
      gateway.services.push(['https://logic.example/runs/1', () => (++tries < 3 ? { status: 202 } : { body: { done: true } })])
      const { status, body } = await gateway.call({ method: 'POST' })
      assert.deepEqual([status, JSON.parse(body), tries, gateway.delays], [200, { done: true }, 3, [30_000, 30_000]])
    },
  },
  {
    file: 'Random load balancer simpler.policy.xml',
    parts: {
      namedValues: {
        MyTrafficSplitApp_TrafficSplitWeight: '100',
        MyTrafficSplitApp_TrafficBaseUrlOverride: 'https://other.example',
      },
    },
    promise: 'with a weight of 100 every call goes to the other backend',
    async run(gateway) {
      for (let i = 0; i < 5; i++) await gateway.call({ path: '/a' })
      assert.deepEqual([...new Set(gateway.forwarded.map(({ url }) => url))], ['https://other.example/a'])
    },
  },
  {
    file: 'Random load balancer.policy.xml',
    parts: { namedValues: { 'backend-url-1': 'https://one.example', 'backend-url-2': 'https://two.example' } },
    promise: 'calls are spread over two backends',
    async run(gateway) {
      for (let i = 0; i < 60; i++) await gateway.call()
      assert.deepEqual([...new Set(gateway.forwarded.map(({ url }) => url))].sort(), [
        'https://one.example/',
        'https://two.example/',
      ])
    },
  },
  {
    file: 'Replay request on error.policy.xml',
    fill: text =>
      before('<check-header name="X-Needed" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true" />')(
        text.replaceAll('example-policy-name', 'check-header'),
      ),
    promise: 'a refused call is sent again elsewhere, and its answer says so',
    async run(gateway) {
      gateway.services.push(['http://original.example/', () => ({ body: 'served all the same' })])
      const headers = { 'X-Original-Host': 'original.example', 'X-Original-Url': '/snippet/a' }
      const { status, headers: told, body } = await gateway.call({ method: 'POST', headers, body: 'the body' })
      assert.deepEqual(
        [status, body, told.get('x-request-replayed'), told.get('x-original-error-reason')],
        [200, 'served all the same', 'true', 'HeaderNotFound'],
      )
      const [again] = gateway.asked
      assert.deepEqual(
        [again?.method, again?.url, again?.body, again?.headers.get('skip-example-policy-error')],
        ['POST', 'http://original.example/snippet/a', 'the body', 'true'],
      )
    },
  },
  {
    file: 'Return HTTP 405 if the HTTP Method of the request is not defined.xml',
    fill: text => text.replaceAll('/echo/resource-cached', '/snippet/echo'),
    parts: { method: 'POST', template: '/echo' },
    promise: 'another method than the operation’s is answered 405, another path 404',
    async run(gateway) {
      const wrong = await gateway.call({ path: '/echo' })
      assert.deepEqual([wrong.status, JSON.parse(wrong.body)], [405, { status: 'HTTP 405', message: 'Method not allowed' }])
      assert.equal((await gateway.call({ path: '/nothing' })).status, 404)
      assert.equal((await gateway.call({ method: 'POST', path: '/echo' })).status, 200)
    },
  },
  {
    file: 'Route requests based on size.policy.xml',
    parts: { namedValues: { 'alternate-path-and-query': '/large?a=1', 'alternate-host': 'https://large.example' } },
    promise: 'a large message goes elsewhere',
    async run(gateway) {
      for (const size of ['10', '300000']) await gateway.call({ method: 'POST', headers: { 'Content-Length': size }, body: 'x' })
      assert.deepEqual(
        gateway.forwarded.map(({ url }) => url),
        ['https://backend.example/base/', 'https://large.example/large?a=1'],
      )
    },
  },
  {
    file: 'Route requests to regional backend instances.xml',
    parts: { region: 'East Asia' },
    promise: 'the region of the gateway chooses the backend',
    async run(gateway) {
      await gateway.call({ path: '/a' })
      assert.equal(gateway.forwarded[0]?.url, 'http://contoso-asia.com/a')
    },
  },
  {
    file: 'Send request context information to the backend service.policy.xml',
    parts: { region: 'West US' },
    promise: 'the backend learns product, developer and region',
    async run(gateway) {
      await gateway.call({ subscribed: true })
      const [sent] = gateway.forwarded
      assert.equal(new URL(sent?.url ?? '').searchParams.get('x-product-name'), 'Starter')
      assert.deepEqual(sent?.headers.getAll('x-request-context-data'), ['u-1,West US'])
    },
  },
  {
    file: 'Set cache duration using response cache control header.policy.xml',
    fill: before('<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />'),
    promise: 'an answer is kept as long as it says itself, else for five minutes',
    async run(gateway) {
      let count = 0
      gateway.backend = () => ({ headers: { 'Cache-Control': 'public, max-age=60' }, body: `answer ${++count}` })
      const get = async () => (await gateway.call({ path: '/a' })).body
      assert.deepEqual([await get(), await get()], ['answer 1', 'answer 1'])
      gateway.later(61_000)
      assert.equal(await get(), 'answer 2')
    },
  },
]
