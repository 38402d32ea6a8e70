import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Backend, BreakerRule, PoolMember } from '../../catalog/catalog.ts'
import { Body } from '../../policies/context/body.ts'
import { Headers } from '../../policies/context/headers.ts'
import { makeCall } from '../testing/make-call.ts'
import { BackendSelector } from './backend-selector.ts'

const rule: BreakerRule = {
  name: 'r',
  count: 2,
  interval: 10_000,
  statusCodes: [{ min: 500, max: 599 }],
  countsErrors: true,
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
  const choice = new BackendSelector(new Map(backends.map(one => [one.name, one])), () => clock.now)
  return {
    clock,
    async call(to: string) {
      const call = makeCall({ url: 'https://first.example/base/colors?x=1' })
      call.backendName = to
      call.backendBasePath = '/base'
      let reached = ''
      const refusal = await choice.forward(call, async () => {
        reached = `${call.backendName} ${call.request.url}`
        const [statusCode, ...headers] = answer(call.request.url.host)
        call.response = { statusCode, statusReason: '', headers: new Headers(headers), body: Body.empty() }
        return undefined
      })
      assert.equal(call.backendName, to)
      return refusal === undefined ? reached : refusal
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
  one.clock.now += 10_001
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
