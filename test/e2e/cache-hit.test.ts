import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, operation } from '../../src/gateway/testing/catalog.ts'
import { startEchoBackend } from '../harness/echo-backend.ts'
import { serveCatalog } from '../harness/serve-catalog.ts'

test('a hit passes over the backend, and the outbound policies of wider scopes behind cache-store still run', async t => {
  const backend = await startEchoBackend()
  t.after(() => backend.close())
  const mark = (name: string) =>
    `<set-header name="${name}" exists-action="append"><value>@(context.RequestId.ToString())</value></set-header>`
  const global = `<policies><inbound /><backend><forward-request /></backend><outbound>${mark('X-Global')}</outbound><on-error /></policies>`
  const own = `<policies><inbound><base /><cache-lookup vary-by-developer="false" vary-by-developer-groups="false" /></inbound><backend><base /></backend>
    <outbound>${mark('X-Before')}<cache-store duration="60" /><base /></outbound></policies>`
  const served = await serveCatalog({
    policy: { file: 'policy.xml', text: global },
    apis: [
      api('things', 'things', [operation('get', 'GET', '/')], {
        serviceUrl: backend.address,
        policy: { file: 'things.xml', text: own },
      }),
    ],
  })
  t.after(() => served.close())
  const ask = async () => {
    const { headers } = await fetch(`${served.url}/things/`)
    return [headers.get('x-before'), headers.get('x-global')] as const
  }
  const [first, second] = [await ask(), await ask()]
  assert.equal(backend.calls.length, 1)
  assert.equal(first[0], second[0])
  assert.ok(second[1] !== null && second[1] !== first[1] && !second[1].includes(','))
  const records = await served.records()
  assert.deepEqual(
    records.map(({ reason }) => reason),
    ['allowed', 'cache.hit'],
  )
})
