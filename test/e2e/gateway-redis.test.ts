import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { queryAudit } from '../../src/audit/query-audit.ts'
import type { DecisionRecord } from '../../src/audit/record.ts'
import { noRedis, type RedisServer, startRedis } from '../../src/store/testing/redis-server.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

/** One workspace's files, for a gateway of it. */
function files(redis: string, backend: string, whenAway: string): Record<string, string> {
  const operations = { rated: '/rated', quota: '/quota', kept: '/kept', own: '/own', value: '/value' }
  const policy = (inbound: string, outbound = '') =>
    `<policies><inbound><base />${inbound}</inbound><backend><base /></backend><outbound><base />${outbound}</outbound><on-error><base /></on-error></policies>`
  return {
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 2 }\nstore: { redis: "${redis}", limitsWhenAway: ${whenAway} }\n`,
    ...artifactsOf('things', operations, { serviceUrl: backend }),
    'apis/things/operations/rated/policy.xml': policy(
      '<rate-limit-by-key calls="60" renewal-period="300" counter-key="@(context.Request.Headers.GetValueOrDefault(&quot;who&quot;,&quot;&quot;))" />',
    ),
    'apis/things/operations/quota/policy.xml': policy('<quota-by-key calls="3" renewal-period="3600" counter-key="everybody" />'),
    'apis/things/operations/kept/policy.xml': policy('<cache-lookup />', '<cache-store duration="300" />'),
    'apis/things/operations/own/policy.xml': policy('<cache-lookup caching-type="internal" />', '<cache-store duration="300" />'),
    'apis/things/operations/value/policy.xml': policy(
      `<cache-lookup-value key="k" variable-name="seen" default-value="none" /><cache-store-value key="k" value="kept" duration="300" />
       <return-response><set-body>@((string)context.Variables["seen"])</set-body></return-response>`,
    ),
  }
}

interface Pair {
  readonly workspaces: readonly TemporaryWorkspace[]
  readonly gateways: readonly [Running, Running]
}

async function startPair(redis: string, backend: string, whenAway = 'local'): Promise<Pair> {
  const workspaces = [
    await temporaryWorkspace(files(redis, backend, whenAway)),
    await temporaryWorkspace(files(redis, backend, whenAway)),
  ]
  const [first = '', second = ''] = workspaces.map(({ folder }) => folder)
  return { workspaces, gateways: await Promise.all([startGatehouse(first), startGatehouse(second)]) }
}

async function stopPair({ gateways, workspaces }: Pair): Promise<void> {
  for (const gateway of gateways) assert.equal(await gateway.stop(), 0)
  await Promise.all(workspaces.map(workspace => workspace.remove()))
}

async function get({ gateway }: Running, path: string, who = ''): Promise<{ status: number; text: string }> {
  // a connection each, so that all threads get their share
  const answer = await fetch(`${gateway}/things/${path}`, { headers: { connection: 'close', who } })
  return { status: answer.status, text: await answer.text() }
}

async function recordsOf({ folder }: TemporaryWorkspace): Promise<DecisionRecord[]> {
  const records: DecisionRecord[] = []
  for await (const record of queryAudit(join(folder, '.gatehouse', 'audit'), {})) records.push(record)
  return records
}

describe('two gateway processes and a Redis', { skip: noRedis }, () => {
  let redis: RedisServer
  let backend: EchoBackend
  let pair: Pair
  before(async () => {
    redis = await startRedis({ keeps: true })
    backend = await startEchoBackend()
    pair = await startPair(redis.url, backend.address)
  })
  after(async () => {
    await stopPair(pair)
    await backend.close()
    await redis.stop()
  })

  test('let exactly as many calls through as a rate limit says, whichever of them is called', async () => {
    const [one, other] = pair.gateways
    const statuses = await Promise.all(Array.from({ length: 120 }, (_, i) => get(i % 2 === 0 ? one : other, 'rated', 'rita')))
    assert.equal(statuses.filter(({ status }) => status === 200).length, 60)
    assert.equal(statuses.filter(({ status }) => status === 429).length, 60)
  })

  test('share a quota', async () => {
    const [one, other] = pair.gateways
    const statuses = [await get(one, 'quota'), await get(other, 'quota'), await get(one, 'quota'), await get(other, 'quota')]
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 200, 200, 403],
    )
  })

  test('answer with responses that the other one kept, but for those of the internal cache', async () => {
    const [one, other] = pair.gateways
    const before = backend.calls.length
    const first = await get(one, 'kept')
    assert.deepEqual(await get(other, 'kept'), first)
    assert.equal(backend.calls.length, before + 1)
    for (const gateway of [one, one, other]) await get(gateway, 'own')
    assert.equal(backend.calls.length, before + 3, 'each gateway asked the backend once for itself')
  })

  test('see each other’s cached values', async () => {
    const [one, other] = pair.gateways
    assert.equal((await get(one, 'value')).text, 'none')
    assert.equal((await get(other, 'value')).text, 'kept')
  })

  test('count each by itself while Redis is down, and together again when it is back, without a restart', async () => {
    const [one, other] = pair.gateways
    const fill = async (gateway: Running) => {
      const answers = await Promise.all(Array.from({ length: 70 }, () => get(gateway, 'rated', 'omar')))
      return answers.filter(({ status }) => status === 200).length
    }
    await redis.kill()
    await Promise.all(pair.gateways.map(gateway => gateway.logged('Redis is away')))
    assert.deepEqual([await fill(one), await fill(other)], [60, 60])
    // the response cache passes through
    const before = backend.calls.length
    assert.equal((await get(one, 'kept')).status, 200)
    assert.equal(backend.calls.length, before + 1)
    await redis.restart()
    await Promise.all(pair.gateways.map(gateway => gateway.logged('Redis is back')))
    assert.equal((await get(one, 'rated', 'rita')).status, 429, 'what was counted before the outage still counts')
    assert.equal((await get(other, 'quota')).status, 403)
    for (const workspace of pair.workspaces) {
      const own = (await recordsOf(workspace)).filter(({ reason }) => reason.startsWith('store.'))
      assert.deepEqual(
        own.map(({ reason, decision }) => [reason, decision]),
        [
          ['store.away', 'failed'],
          ['store.back', 'allowed'],
        ],
        'one record for the start and one for the end of the outage, however many calls and threads saw it',
      )
    }
  })
})

test('limits refuse calls while Redis is away when the workspace says so', { skip: noRedis }, async () => {
  const redis = await startRedis()
  const backend = await startEchoBackend()
  await redis.kill()
  const pair = await startPair(redis.url, backend.address, 'refuse')
  const [one] = pair.gateways
  const refused = await get(one, 'rated')
  assert.deepEqual(
    [refused.status, JSON.parse(refused.text)],
    [503, { statusCode: 503, message: 'The gateway cannot count calls at the moment.' }],
  )
  assert.equal((await get(one, 'quota')).status, 503)
  assert.equal((await get(one, 'kept')).status, 200, 'what needs no counter goes on')
  await redis.restart()
  await one.logged('Redis is back')
  assert.equal((await get(one, 'rated')).status, 200)
  await stopPair(pair)
  await backend.close()
  await redis.stop()
})
