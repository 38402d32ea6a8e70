import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backend, BreakerRule, PoolMember } from '../../catalog/catalog.ts'
import { Body } from '../../policies/context/body.ts'
import { Headers } from '../../policies/context/headers.ts'
import { refuse } from '../../policies/outcome.ts'
import { allocateBackends, BackendStates } from '../counters/backend-states.ts'
import { makeCall } from '../testing/make-call.ts'
import { BackendSelector } from './backend-selector.ts'

const rule: BreakerRule = {
  name: 'r',
  count: 2,
  interval: 10_000,
  statusCodes: [{ min: 500, max: 599 }],
  errorReasons: 'any',
  tripDuration: 60_000,
  acceptRetryAfter: true,
}

function backend(name: string, more: Partial<Backend> = {}): Backend {
  const tls = { validateCertificateChain: true, validateCertificateName: true }
  return { name, url: `https://${name}.example/base`, protocol: 'http', tls, ...more }
}

const member = (name: string, more: Partial<PoolMember> = {}): PoolMember => ({ backend: name, priority: 1, weight: 1, ...more })

/** Sends calls to the backend `to`; those that go out are answered as `answer` says, by the host that they reach. */
function selector(backends: readonly Backend[], answer: (host: string) => [status: number, ...headers: string[]] = () => [200]) {
  const clock = { now: 1_000_000 }
  const trips: string[] = []
  const memory = allocateBackends(new Uint8Array(16))
  // each thread has its own selector over the same memory
  const threads = [0, 1].map(
    () =>
      new BackendSelector({
        backends: new Map(backends.map(one => [one.name, one])),
        states: new BackendStates(memory),
        now: () => clock.now,
        onTrip: (name, { rule, duration }) => void trips.push(`${name} ${rule} ${duration}`),
      }),
  )
  let turn = 0
  return {
    trips,
    clock,
    async call(to: string, cookie?: string) {
      const call = makeCall({ url: 'https://first.example/base/colors?x=1' })
      call.backendName = to
      if (cookie !== undefined) call.request.headers.set('Cookie', cookie)
      call.backendBasePath = '/base'
      let reached = ''
      turn++
      const refusal = await threads[turn % 2]?.forward(call, async () => {
        reached = `${call.backendName} ${call.request.url}`
        const [statusCode, ...headers] = answer(call.request.url.host)
        call.response = { statusCode, statusReason: '', headers: new Headers(headers), body: Body.empty() }
        return undefined
      })
      assert.equal(call.backendName, to)
      const set = call.response?.headers.get('Set-Cookie') ?? null
      return refusal === undefined ? (set === null ? reached : `${reached} ${set}`) : refusal
    },
  }
}

test('calls go round the members of a pool by their weights, each at its own address', async () => {
  const pool = backend('pool', { pool: [member('a', { weight: 2 }), member('b')] })
  const { call } = selector([pool, backend('a'), backend('b', { url: 'http://b.example:81' })])
  const reached = [await call('pool'), await call('pool'), await call('pool'), await call('pool')]
  const [a, b] = ['a https://a.example/base/colors?x=1', 'b http://b.example:81/colors?x=1']
  assert.deepEqual(reached, [a, b, a, a])
})

test('lower priorities come first, the others while none of those can take calls', async () => {
  const pool = backend('pool', { pool: [member('b', { priority: 2 }), member('a')] })
  const failing = selector([pool, backend('a', { circuitBreaker: [rule] }), backend('b')], host => [
    host === 'a.example' ? 503 : 200,
  ])
  const hosts: unknown[] = []
  for (let n = 0; n < 4; n++) hosts.push(String(await failing.call('pool')).slice(0, 1))
  assert.deepEqual(hosts, ['a', 'a', 'b', 'b'])
  failing.clock.now += 60_000
  assert.equal(String(await failing.call('pool')).slice(0, 1), 'a')
})

test('an open breaker refuses with 503 and says when to come again; failures too far apart do not trip it', async () => {
  const one = selector([backend('a', { circuitBreaker: [rule] })], () => [500])
  await one.call('a')
  one.clock.now += 10_400 // counts leave with the slot that they fell into
  await one.call('a')
  assert.equal(typeof (await one.call('a')), 'string')
  one.clock.now += 1000
  const refusal = await one.call('a')
  assert.ok(typeof refusal !== 'string')
  assert.deepEqual([refusal.reason, refusal.statusCode, refusal.headers], ['backend.tripped', 503, [['Retry-After', '59']]])
})

test('the backend’s own Retry-After takes the place of the duration', async () => {
  const one = selector([backend('a', { circuitBreaker: [rule] })], () => [503, 'Retry-After', '5'])
  await one.call('a')
  await one.call('a')
  assert.equal(typeof (await one.call('a')), 'object')
  one.clock.now += 5000
  assert.equal(typeof (await one.call('a')), 'string')
})

test('with every member of a pool tripped the call is refused, and answers outside the ranges are no failures', async () => {
  const pool = backend('pool', { pool: [member('a'), member('b')] })
  const breakers = { circuitBreaker: [{ ...rule, count: 1, acceptRetryAfter: false }] }
  const all = selector([pool, backend('a', breakers), backend('b', breakers)], () => [500])
  await all.call('pool')
  await all.call('pool')
  const refusal = await all.call('pool')
  assert.ok(typeof refusal !== 'string' && refusal.reason === 'backend.tripped')
  const fine = selector([backend('a', breakers)], () => [404])
  for (let n = 0; n < 3; n++) assert.equal(typeof (await fine.call('a')), 'string')
})

test('one thread opens the breaker for all, and says so once', async () => {
  const one = selector([backend('a', { circuitBreaker: [rule] })], () => [500])
  await one.call('a')
  await one.call('a')
  assert.equal(typeof (await one.call('a')), 'object')
  assert.equal(typeof (await one.call('a')), 'object')
  assert.deepEqual(one.trips, ['a r 60000'])
})

test('a rule by percentage goes by the part of the calls that failed, with a count only once that is reached too', async () => {
  const { count: _, ...byPart } = { ...rule, percentage: 50 }
  const rounds = [200, 200, 200, 500, 500, 500, 500]
  const opensAfter = async (breaker: BreakerRule) => {
    let n = 0
    const one = selector([backend('a', { circuitBreaker: [breaker] })], () => [rounds[n++] ?? 200])
    for (const _ of rounds) if (typeof (await one.call('a')) !== 'string') return n
    return Number.POSITIVE_INFINITY
  }
  assert.equal(await opensAfter(byPart), 6)
  assert.equal(await opensAfter({ ...byPart, count: 4 }), Number.POSITIVE_INFINITY)
  assert.equal(await opensAfter({ ...byPart, count: 3 }), 6)
})

test('only the failures that a rule names count', async () => {
  const named: BreakerRule = { ...rule, count: 1, statusCodes: [], errorReasons: ['Timeout'] }
  const tripsBy = async (errorReason: string) => {
    const one = new BackendSelector({
      backends: new Map([['a', backend('a', { circuitBreaker: [named] })]]),
      states: new BackendStates(allocateBackends(new Uint8Array(16))),
      now: () => 1_000_000,
      onTrip: () => {},
    })
    const call = makeCall({ url: 'https://first.example/base' })
    call.backendName = 'a'
    const failing = refuse({ reason: 'backend.timeout', statusCode: 504, message: '', errorReason })
    await one.forward(call, async () => failing)
    return (await one.forward(call, async () => undefined))?.reason
  }
  assert.equal(await tripsBy('Timeout'), 'backend.tripped')
  assert.equal(await tripsBy('BackendConnectionFailure'), undefined)
})

test('a session stays at its member by a cookie, and moves on while that one takes no calls', async () => {
  const pool = backend('pool', { pool: [member('a'), member('b')], sessionAffinity: { cookie: 'SessionId' } })
  let status = 200
  const sticky = selector([pool, backend('a', { circuitBreaker: [{ ...rule, count: 1 }] }), backend('b')], host => [
    host === 'a.example' ? status : 200,
  ])
  const first = String(await sticky.call('pool'))
  assert.match(first, /^a .* SessionId=[\w-]{22}; Path=\/; HttpOnly; SameSite=Lax$/)
  const cookie = `other=1; ${/SessionId=[\w-]+/.exec(first)?.[0]}`
  for (let n = 0; n < 3; n++) assert.equal(await sticky.call('pool', cookie), 'a https://a.example/base/colors?x=1')
  status = 500
  await sticky.call('pool', cookie)
  const moved = String(await sticky.call('pool', cookie))
  assert.match(moved, /^b .* SessionId=/)
  assert.notEqual(/SessionId=[\w-]+/.exec(moved)?.[0], /SessionId=[\w-]+/.exec(first)?.[0])
  // what names no member is as good as no cookie
  assert.match(String(await sticky.call('pool', 'SessionId=made-up')), /^b .* SessionId=/)
})
