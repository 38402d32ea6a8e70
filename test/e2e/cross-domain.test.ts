import assert from 'node:assert/strict'
import { test } from 'node:test'
import { api, operation } from '../../src/gateway/testing/catalog.ts'
import { serveCatalog } from '../harness/serve-catalog.ts'

test('the cross-domain file is served at the root of a gateway that has no API there', async t => {
  const rules = '<cross-domain><cross-domain-policy><allow-access-from domain="a.example" /></cross-domain-policy></cross-domain>'
  const served = await serveCatalog({
    policy: {
      file: 'policy.xml',
      text: `<policies><inbound>${rules}</inbound><backend><forward-request /></backend></policies>`,
    },
    apis: [api('things', 'things', [operation('get', 'GET', '/')])],
  })
  t.after(() => served.close())
  const ask = async (path: string) => {
    const response = await fetch(`${served.url}${path}`)
    return [response.status, response.headers.get('content-type'), await response.text()] as const
  }
  const [status, type, text] = await ask('/crossdomain.xml')
  assert.deepEqual([status, type], [200, 'text/x-cross-domain-policy'])
  assert.match(text, /<allow-access-from domain="a\.example" \/>/)
  assert.equal((await ask('/other.xml'))[0], 404)
  assert.equal((await ask('/things/other'))[0], 404)
  assert.deepEqual(
    (await served.records()).map(({ reason }) => reason),
    ['policy.returned-response', 'route.no-api', 'route.no-operation'],
  )
})
