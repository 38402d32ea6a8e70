import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Body } from '../context/body.ts'
import { Headers } from '../context/headers.ts'
import { next } from '../outcome.ts'
import type { MadeCall } from '../testing/make-call.ts'
import { memoryPorts } from '../testing/memory-ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

/** A gateway whose cache lives through several calls; the backend answers with what it was asked the how many-th time. */
function gateway(inbound: string, cacheStore = '<cache-store duration="60" />') {
  const { cache } = memoryPorts()
  let [asked, now] = [0, 1_000_000]
  return {
    wait: (ms: number) => {
      now += ms
    },
    async call(call: MadeCall = {}) {
      const ran = await runPolicies({ inbound, backend: '<forward-request />', outbound: cacheStore }, call, {
        cache,
        now: () => now,
        forward: async ctx => {
          asked++
          ctx.response = made.response(asked)
          return undefined
        },
      })
      return { ...ran, text: Buffer.from((await ran.ctx.response?.body.buffer(1000)) ?? []).toString() }
    },
  }
}

const made = {
  response(n: number) {
    const headers = new Headers(['Content-Type', 'text/plain', 'Set-Cookie', 'a=1', 'Cache-Control', 'public, max-age=9'])
    const stream = (async function* () {
      yield Buffer.from('answer ')
      yield Buffer.from(String(n))
    })()
    return { statusCode: 200, statusReason: 'OK', headers, body: Body.streaming(stream) }
  },
}

const url = (path: string): MadeCall => ({ request: { originalUrl: `https://api.example${path}` } })

test('the second of two equal GETs is answered from the cache, body and headers, without cookies', async () => {
  const { call } = gateway('<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />')
  const first = await call()
  assert.deepEqual([first.outcome, first.text], [next, 'answer 1'])
  const second = await call()
  assert.ok(second.outcome !== next && second.outcome.reason === 'cache.hit')
  assert.equal(second.text, 'answer 1')
  assert.equal(second.ctx.response?.headers.get('Content-Type'), 'text/plain')
  assert.equal(second.ctx.response?.headers.has('Set-Cookie'), false)
})

test('on a hit the rest of inbound and the backend are passed over, and outbound goes on behind cache-store', async () => {
  const mark = (name: string) =>
    `<set-header name="X-${name}" exists-action="append"><value>@(context.RequestId.ToString().Substring(0,1))</value></set-header>`
  const store = '<cache-store duration="60" />'
  const marksOf = async (outbound: string) => {
    const { call } = gateway(`<cache-lookup />${mark('Inbound')}`, outbound)
    await call()
    const { outcome, ctx } = await call()
    assert.ok(outcome !== next && outcome.reason === 'cache.hit')
    assert.equal(ctx.request.headers.has('X-Inbound'), false)
    return ['X-Before', 'X-Within', 'X-After'].map(name => ctx.response?.headers.getAll(name).length)
  }
  assert.deepEqual(await marksOf(`${mark('Before')}${store}${mark('After')}`), [1, 0, 1])
  const within = `<choose><when condition="@(true)">${store}${mark('Within')}</when></choose>`
  assert.deepEqual(await marksOf(`${mark('Before')}${within}${mark('After')}`), [1, 0, 1])
})

test('what outbound answers or refuses behind cache-store counts', async () => {
  const { call } = gateway(
    '<cache-lookup />',
    '<cache-store duration="60" /><return-response><set-status code="418" /></return-response>',
  )
  await call()
  const { outcome, ctx } = await call()
  assert.ok(outcome !== next && outcome.reason === 'policy.returned-response')
  assert.equal(ctx.response?.statusCode, 418)
})

test('a kept response ends with its duration', async () => {
  const { call, wait } = gateway('<cache-lookup />')
  await call()
  wait(59_999)
  assert.equal((await call()).text, 'answer 1')
  wait(1)
  assert.equal((await call()).text, 'answer 2')
})

test('path, all query parameters in any order, and the named headers tell responses apart', async () => {
  const { call } = gateway('<cache-lookup><vary-by-header>Accept</vary-by-header></cache-lookup>')
  const ask = async (path: string, accept?: string) =>
    (await call({ request: { ...url(path).request, headers: accept === undefined ? {} : { accept } } })).text
  assert.equal(await ask('/a?x=1&y=2'), 'answer 1')
  assert.equal(await ask('/a?y=2&x=1'), 'answer 1')
  assert.equal(await ask('/a?x=1'), 'answer 2')
  assert.equal(await ask('/b?x=1'), 'answer 3')
  assert.equal(await ask('/b?x=1', 'text/css'), 'answer 4')
})

test('with parameters named, one or several with semicolons, only those count', async () => {
  const { call } = gateway('<cache-lookup><vary-by-query-parameter>a; b</vary-by-query-parameter></cache-lookup>')
  const ask = async (query: string) => (await call(url(`/x?${query}`))).text
  assert.equal(await ask('a=1&b=1&c=1'), 'answer 1')
  assert.equal(await ask('a=1&b=1&c=2'), 'answer 1')
  assert.equal(await ask('a=1&b=2'), 'answer 2')
})

test('by developer, callers of different subscriptions get different responses', async () => {
  const { call } = gateway('<cache-lookup vary-by-developer="true" />')
  const ask = async (owner: string) => (await call({ subscription: { owner } })).text
  assert.deepEqual([await ask('rita'), await ask('paul'), await ask('rita')], ['answer 1', 'answer 2', 'answer 1'])
  const groups = gateway('<cache-lookup vary-by-developer-groups="true" />')
  const user = (id: string, ...names: string[]) => ({
    user: { id, email: '', firstName: '', lastName: '', groups: names.map(name => ({ id: name, name })) },
  })
  assert.equal((await groups.call(user('rita', 'a', 'b'))).text, 'answer 1')
  assert.equal((await groups.call(user('paul', 'b', 'a'))).text, 'answer 1')
  assert.equal((await groups.call(user('dora', 'a'))).text, 'answer 2')
})

test('a call with Authorization, or by another method than GET, is neither answered nor kept', async () => {
  const { call } = gateway('<cache-lookup />')
  const authorized: MadeCall = { request: { headers: { authorization: 'Bearer x' } } }
  assert.deepEqual([(await call(authorized)).text, (await call(authorized)).text], ['answer 1', 'answer 2'])
  assert.equal((await call({ request: { method: 'POST' } })).text, 'answer 3')
  assert.equal((await call()).text, 'answer 4')
  const allowed = gateway('<cache-lookup allow-private-response-caching="@(true)" />')
  assert.deepEqual([(await allowed.call(authorized)).text, (await allowed.call(authorized)).text], ['answer 1', 'answer 1'])
})

test('caches further down are told what they may keep', async () => {
  const control = async (attributes: string, later = 0) => {
    const { call, wait } = gateway(`<cache-lookup ${attributes}><vary-by-header>Accept</vary-by-header></cache-lookup>`)
    const first = (await call()).ctx.response?.headers
    wait(later)
    const second = (await call()).ctx.response?.headers
    return [first?.get('Cache-Control'), second?.get('Cache-Control'), second?.get('Vary')]
  }
  assert.deepEqual(await control(''), ['no-store', 'no-store', null])
  assert.deepEqual(await control('downstream-caching-type="public" must-revalidate="false"', 10_000), [
    'public, max-age=60',
    'public, max-age=50',
    'Accept',
  ])
  assert.deepEqual((await control('downstream-caching-type="private"'))[0], 'private, max-age=60, must-revalidate')
})

test('what would make the backend answer in part is taken off a request whose response may be kept', async () => {
  const { call } = gateway('<cache-lookup />')
  const { ctx } = await call({
    request: { headers: { 'If-None-Match': '"1"', Range: 'bytes=0-1', 'Cache-Control': 'no-cache' } },
  })
  assert.deepEqual(ctx.request.headers.raw, [])
})

test('the page’s example takes the duration from the backend’s Cache-Control', async () => {
  const lookup = `<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" downstream-caching-type="public" must-revalidate="true" >
    <vary-by-header>Accept</vary-by-header>
    <vary-by-header>Accept-Charset</vary-by-header>
  </cache-lookup>`
  const store = `<cache-store duration="@{
    var header = context.Response.Headers.GetValueOrDefault("Cache-Control","");
    var maxAge = Regex.Match(header, @"max-age=(?<maxAge>\\d+)").Groups["maxAge"]?.Value;
    return (!string.IsNullOrEmpty(maxAge))?int.Parse(maxAge):300;
  }"
  />`
  const { call, wait } = gateway(lookup, store)
  assert.equal((await call()).ctx.response?.headers.get('Cache-Control'), 'public, max-age=9, must-revalidate')
  wait(8_999)
  assert.equal((await call()).text, 'answer 1')
  wait(1)
  assert.equal((await call()).text, 'answer 2')
})

test('it stands once, in inbound', () => {
  const codes = (section: 'inbound' | 'outbound', xml: string) => faultsOf({ [section]: xml }).map(({ code }) => code)
  assert.deepEqual(codes('outbound', '<cache-lookup />'), ['policy.wrong-section'])
  assert.deepEqual(codes('inbound', '<cache-lookup /><cache-lookup />'), ['policy.too-many'])
  assert.deepEqual(codes('inbound', '<cache-lookup downstream-caching-type="shared" />'), ['policy.bad-value'])
})
