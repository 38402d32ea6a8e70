import assert from 'node:assert/strict'
import type { Call, Case } from './stand.ts'

const lookup = (attributes: string, held = '') =>
  `<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" ${attributes}>${held}</cache-lookup>`
const store = { outbound: '<cache-store duration="60" />' }

/** How many calls of several reach the backend. */
async function reached(call: Call, seen: () => readonly unknown[], ...calls: readonly Parameters<Call>[0][]): Promise<number> {
  const before = seen().length
  for (const init of calls) await call(init)
  return seen().length - before
}

/** Caches. */
export const keeping: readonly Case[] = [
  {
    shows: 'cache-lookup vary-by-query-parameter',
    policy: { inbound: lookup('', '<vary-by-query-parameter>a;b</vary-by-query-parameter>'), ...store },
    async run(call, { seen }) {
      const same = [{ query: '?a=1&c=1' }, { query: '?a=1&c=2' }]
      assert.equal(await reached(call, seen, ...same, { query: '?a=2' }, { query: '?a=1&b=1' }), 3)
    },
  },
  {
    shows: 'cache-lookup vary-by-header',
    policy: { inbound: lookup('', '<vary-by-header>X-Kind</vary-by-header>'), ...store },
    async run(call, { seen }) {
      const kind = (of: string, other: string) => ({ headers: { 'X-Kind': of, 'X-Other': other } })
      assert.equal(await reached(call, seen, kind('a', '1'), kind('a', '2'), kind('b', '1')), 2)
    },
  },
  {
    shows: 'cache-lookup downstream-caching-type must-revalidate="false" caching-type',
    policy: { inbound: lookup('downstream-caching-type="private" must-revalidate="false" caching-type="internal"'), ...store },
    async run(call) {
      await call()
      assert.match((await call()).headers.get('cache-control') ?? '', /^private, max-age=(59|60)$/)
    },
  },
  {
    shows: 'cache-lookup allow-private-response-caching',
    policy: { inbound: lookup('allow-private-response-caching="true"'), ...store },
    async run(call, { seen }) {
      const headers = { Authorization: 'Basic eDp5' }
      assert.equal(await reached(call, seen, { headers }, { headers }), 1)
    },
  },
  {
    shows: 'cache-lookup of calls with Authorization, as by default',
    policy: { inbound: lookup(''), ...store },
    async run(call, { seen }) {
      const headers = { Authorization: 'Basic eDp5' }
      assert.equal(await reached(call, seen, { headers }, { headers }), 2)
    },
  },
  {
    shows: 'cache-lookup vary-by-developer vary-by-developer-groups',
    policy: {
      inbound: '<cache-lookup vary-by-developer="true" vary-by-developer-groups="true" />',
      ...store,
    },
    product: '',
    async run(call, { seen }) {
      assert.equal(await reached(call, seen, {}, {}), 1)
    },
  },
  {
    shows: 'cache-store duration, and 200 alone',
    policy: { inbound: lookup(''), outbound: '<cache-store duration="@(1)" />' },
    async run(call, { seen }) {
      assert.equal(await reached(call, seen, { answer: { status: 404 } }, {}, {}), 2)
      await new Promise(resolve => setTimeout(resolve, 1100))
      assert.equal(await reached(call, seen, {}), 1)
    },
  },
  {
    shows: 'cache-store cache-response',
    policy: { inbound: lookup(''), outbound: '<cache-store duration="60" cache-response="true" />' },
    async run(call, { seen }) {
      const answer = { status: 404, body: 'none' }
      assert.equal(await reached(call, seen, { answer }, { answer }), 1)
    },
  },
  {
    shows: 'cache-store-value cache-lookup-value cache-remove-value key value duration default-value variable-name caching-type',
    policy: {
      inbound: `<choose>
          <when condition="@(context.Request.Method == "POST")"><cache-store-value key="@("k" + 1)" value="kept" duration="60" caching-type="internal" /></when>
          <when condition="@(context.Request.Url.Query.ContainsKey("away"))"><cache-remove-value key="k1" caching-type="internal" /></when>
        </choose>
        <cache-lookup-value key="k1" variable-name="v" default-value="absent" caching-type="internal" />
        <return-response><set-body>@((string)context.Variables["v"])</set-body></return-response>`,
    },
    async run(call) {
      const bodies = [await call(), await call({ method: 'POST' }), await call(), await call({ query: '?away' })]
      assert.deepEqual(
        bodies.map(({ body }) => body),
        ['absent', 'kept', 'kept', 'absent'],
      )
    },
  },
]
