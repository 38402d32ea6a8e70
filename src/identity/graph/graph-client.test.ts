import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { createIdentityFetch } from '../http-fetch.ts'
import type { ManagedToken } from '../managed-identity.ts'
import { GraphClient } from './graph-client.ts'
import { GraphGroups } from './group-overage.ts'

interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

const fetching = createIdentityFetch()
after(() => fetching.close())

/** A real server that answers the n-th request (from 1) so, and a client of it whose waits pass at once. */
async function graph(
  answer: (n: number, url: string, origin: string) => Reply,
  token: ManagedToken = { kind: 'token', token: 'T' },
) {
  const asked: { readonly url: string; readonly authorization: string | undefined; readonly body: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const url = request.url ?? ''
      asked.push({ url, authorization: request.headers.authorization, body: Buffer.concat(chunks).toString() })
      const { status = 200, headers = {}, body = {} } = answer(asked.length, url, origin)
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close())
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server's address is one
  const clock = { now: 1_000_000_000_000, waited: [] as number[] }
  const client = new GraphClient({
    origin,
    exchange: fetching.exchange,
    token: () => token,
    now: () => clock.now,
    delay: async milliseconds => {
      clock.waited.push(milliseconds)
      clock.now += milliseconds
    },
    patience: 60_000,
  })
  return { client, asked, clock, origin }
}

test('a list is read page by page', async () => {
  const { client, asked } = await graph((n, _, origin) => ({
    body: { value: [n], ...(n < 3 ? { '@odata.nextLink': `${origin}/v1.0/users?$skiptoken=${n}` } : {}) },
  }))
  assert.deepEqual(await client.list('users?$top=1', 10), { kind: 'list', items: [1, 2, 3] })
  assert.deepEqual(
    asked.map(({ url }) => url),
    ['/v1.0/users?$top=1', '/v1.0/users?$skiptoken=1', '/v1.0/users?$skiptoken=2'],
  )
  assert.equal(asked[2]?.authorization, 'Bearer T')
})

test('the token follows no page to another host', async () => {
  const elsewhere = await graph(() => ({ body: { value: ['stolen'] } }))
  const { client } = await graph(() => ({ body: { value: [1], '@odata.nextLink': `${elsewhere.origin}/v1.0/users` } }))
  assert.equal((await client.list('users', 10)).kind, 'failure')
  assert.equal(elsewhere.asked.length, 0)
})

test('a list without end is given up, and one longer than is wanted too', async () => {
  const endless = (_: number, __: string, origin: string) => ({ body: { value: [1], '@odata.nextLink': `${origin}/v1.0/users` } })
  const { client, asked } = await graph(endless)
  assert.equal((await client.list('users', 5)).kind, 'failure')
  assert.equal(asked.length, 5)
})

test('a 429 waits as long as Retry-After says, seconds or a date, then asks again', async () => {
  const { client, clock } = await graph(n => {
    if (n === 1) return { status: 429, headers: { 'Retry-After': '7' } }
    if (n === 2) return { status: 503, headers: { 'Retry-After': new Date(1_000_000_000_000 + 12_000).toUTCString() } }
    return { body: { id: 'rita' } }
  })
  assert.deepEqual(await client.get('me'), { kind: 'answer', body: { id: 'rita' } })
  assert.deepEqual(clock.waited, [7000, 5000])
})

test('a wait longer than there is time for is a failure at once, and holds for the next question too', async () => {
  const { client, asked, clock } = await graph(() => ({ status: 429, headers: { 'Retry-After': '600' } }))
  const first = await client.get('me')
  assert.ok(first.kind === 'failure' && first.why === 'busy', JSON.stringify(first))
  await client.get('me')
  assert.deepEqual([asked.length, clock.waited], [1, []])
  clock.now += 601_000
  await client.get('me')
  assert.equal(asked.length, 2)
})

test('an endless 429 without Retry-After ends after a few tries, each pause twice the last', async () => {
  const { client, clock } = await graph(() => ({ status: 429 }))
  const answer = await client.get('me')
  assert.ok(answer.kind === 'failure' && answer.why === 'busy')
  assert.deepEqual(clock.waited, [500, 1000, 2000, 4000])
})

test('failures say in Graph’s words what is wrong, and never the token', async () => {
  const denied = { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges.' } }
  const { client } = await graph(() => ({ status: 403, body: denied }), { kind: 'token', token: 'very-secret' })
  const answer = await client.get('users')
  assert.ok(answer.kind === 'failure' && answer.why === 'refused')
  assert.match(answer.message, /answered 403: Authorization_RequestDenied: Insufficient privileges/)
  assert.ok(!answer.message.includes('very-secret'))
  const none = await graph(() => ({}), { kind: 'failure', message: 'no identity here' })
  assert.deepEqual(await none.client.get('users'), { kind: 'failure', why: 'no-token', message: 'no identity here' })
  assert.equal(none.asked.length, 0)
  const broken = await graph(() => ({ body: 'not JSON' }))
  assert.equal((await broken.client.list('users', 1)).kind, 'failure')
})

const tid = '0f4c2a5e-93d1-4c6b-8a7e-1b2c3d4e5f60'
const oid = '11111111-2222-4333-8444-555555555555'

test('a user’s groups are asked once, kept for five minutes, and one question serves all who wait', async () => {
  const { client, asked, clock } = await graph(n => ({ body: { value: [`group ${n}`] } }))
  const groups = new GraphGroups({ client, tenant: tid, forExpressions: false, now: () => clock.now })
  const both = await Promise.all([groups.resolve({ oid, tid }), groups.resolve({ oid, tid })])
  assert.deepEqual(both[0], { kind: 'groups', ids: ['group 1'] })
  assert.deepEqual(both[1], both[0])
  assert.deepEqual(groups.resolve({ oid: oid.toUpperCase(), tid }), both[0], 'at once')
  assert.deepEqual(asked.length, 1)
  assert.deepEqual([asked[0]?.url, asked[0]?.body], [`/v1.0/users/${oid}/getMemberObjects`, '{"securityEnabledOnly":false}'])
  clock.now += 300_001
  assert.deepEqual(await groups.resolve({ oid, tid }), { kind: 'groups', ids: ['group 2'] })
})

test('only users of the gateway’s own tenant are asked about, whatever the token holds', async () => {
  const { client, asked, clock } = await graph(() => ({ body: { value: [] } }))
  const groups = new GraphGroups({ client, tenant: tid, forExpressions: false, now: () => clock.now })
  for (const claims of [{ oid, tid: oid }, { oid: '../me', tid }, { tid }, { oid }]) {
    const answer = await groups.resolve(claims)
    assert.ok(answer.kind === 'failure' && answer.why === 'no-token')
  }
  assert.equal(asked.length, 0)
})

test('what Graph refuses is not asked again at once', async () => {
  const { client, asked, clock } = await graph(() => ({ status: 403 }))
  const groups = new GraphGroups({ client, tenant: tid, forExpressions: false, now: () => clock.now })
  await groups.resolve({ oid, tid })
  await groups.resolve({ oid, tid })
  assert.equal(asked.length, 1)
  clock.now += 30_001
  await groups.resolve({ oid, tid })
  assert.equal(asked.length, 2)
})
