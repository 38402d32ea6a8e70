import assert from 'node:assert/strict'
import type { Answer, Call, Case } from './stand.ts'

const told = (variable: string) =>
  `<set-header name="X-Told"><value>@(context.Variables.GetValueOrDefault<int>("${variable}", -1).ToString())</value></set-header>`
const statuses = async (call: Call, times: number, init?: Parameters<Call>[0]) => {
  const answers: Answer[] = []
  for (let i = 0; i < times; i++) answers.push(await call(init))
  return answers.map(({ status }) => status)
}

const limitHeaders =
  'retry-after-header-name="X-Again" remaining-calls-header-name="X-Left" total-calls-header-name="X-All" remaining-calls-variable-name="left"'

async function showsHeaders(call: Call): Promise<void> {
  const [first, second, third] = [await call(), await call(), await call()]
  const seen = [first, second, third].map(({ status, headers }) => [status, headers.get('x-left'), headers.get('x-all')])
  assert.deepEqual(seen, [
    [200, '1', '2'],
    [200, '0', '2'],
    [429, '0', '2'],
  ])
  assert.equal(first.echo.headers['x-told'], '1')
  assert.match(third.headers.get('x-again') ?? '', /^[1-9]\d?$/)
  assert.equal(third.headers.get('retry-after'), null)
}

const again = {
  'on-error':
    '<set-header name="X-Later"><value>@(context.Variables.GetValueOrDefault<int>("later", -1).ToString())</value></set-header>',
}

/** Limits and quotas. */
export const limits: readonly Case[] = [
  {
    shows: 'rate-limit calls renewal-period, its headers and the variable of what is left',
    policy: { inbound: `<rate-limit calls="2" renewal-period="60" ${limitHeaders} />${told('left')}` },
    product: '',
    run: showsHeaders,
  },
  {
    shows: 'rate-limit retry-after-variable-name',
    policy: { inbound: '<rate-limit calls="1" renewal-period="60" retry-after-variable-name="later" />', ...again },
    product: '',
    async run(call) {
      await call()
      const { status, headers } = await call()
      assert.equal(status, 429)
      assert.match(headers.get('x-later') ?? '', /^[1-9]\d?$/)
      assert.equal(headers.get('retry-after'), headers.get('x-later'))
    },
  },
  {
    shows: 'rate-limit api name calls renewal-period',
    policy: {},
    product:
      '<base /><rate-limit calls="100" renewal-period="60"><api name="API OWN" calls="1" renewal-period="60" /></rate-limit>',
    async run(call) {
      assert.deepEqual(await statuses(call, 2), [200, 429])
    },
  },
  {
    shows: 'rate-limit api id operation id calls renewal-period',
    policy: {},
    product:
      '<base /><rate-limit calls="100" renewal-period="60"><api id="OWN" calls="100" renewal-period="60"><operation id="OWN" calls="1" renewal-period="60" /></api></rate-limit>',
    async run(call) {
      assert.deepEqual(await statuses(call, 2), [200, 429])
      assert.deepEqual(await statuses(call, 2, { method: 'POST' }), [200, 200])
    },
  },
  {
    shows: 'rate-limit operation name',
    policy: {},
    product:
      '<base /><rate-limit calls="100" renewal-period="60"><api id="OWN" calls="100" renewal-period="60"><operation name="OWN" calls="1" renewal-period="60" /></api></rate-limit>',
    async run(call) {
      assert.deepEqual(await statuses(call, 2), [200, 429])
    },
  },
  {
    shows: 'rate-limit-by-key calls renewal-period counter-key, its headers and the variable of what is left',
    policy: {
      inbound: `<rate-limit-by-key calls="2" renewal-period="60" counter-key="headers" ${limitHeaders} />${told('left')}`,
    },
    run: showsHeaders,
  },
  {
    shows: 'rate-limit-by-key increment-condition',
    policy: {
      inbound:
        '<rate-limit-by-key calls="1" renewal-period="60" counter-key="condition" increment-condition="@(context.Response.StatusCode == 200)" />',
    },
    async run(call) {
      assert.deepEqual(await statuses(call, 2, { answer: { status: 404 } }), [404, 404])
      assert.deepEqual(await statuses(call, 2), [200, 429])
    },
  },
  {
    shows: 'rate-limit-by-key increment-count',
    policy: { inbound: '<rate-limit-by-key calls="4" renewal-period="60" counter-key="count" increment-count="@(2)" />' },
    async run(call) {
      assert.deepEqual(await statuses(call, 3), [200, 200, 429])
    },
  },
  {
    shows: 'rate-limit-by-key increment-after-response retry-after-variable-name',
    policy: {
      inbound:
        '<rate-limit-by-key calls="1" renewal-period="60" counter-key="after" increment-after-response="true" retry-after-variable-name="later" />',
      ...again,
    },
    async run(call) {
      assert.equal((await call()).status, 200)
      const { status, headers } = await call()
      assert.deepEqual([status, headers.get('x-later')], [429, headers.get('retry-after')])
    },
  },
  {
    shows: 'quota calls renewal-period',
    policy: {},
    product: '<base /><quota calls="1" renewal-period="3600" />',
    async run(call) {
      await call()
      const { status, headers, body } = await call()
      assert.deepEqual([status, /Out of call volume quota/.test(body)], [403, true])
      assert.match(headers.get('retry-after') ?? '', /^\d+$/)
    },
  },
  {
    shows: 'quota bandwidth renewal-period="0"',
    policy: {},
    product: '<base /><quota bandwidth="1" renewal-period="0" />',
    async run(call) {
      await call({ answer: { body: 'x'.repeat(2000) } })
      const { status, body } = await call()
      assert.deepEqual([status, /bandwidth quota/i.test(body)], [403, true])
    },
  },
  {
    shows: 'quota api name bandwidth calls renewal-period operation name calls bandwidth',
    policy: {},
    product: `<base /><quota calls="100" renewal-period="3600"><api name="API OWN" calls="100" bandwidth="1000" renewal-period="3600">
      <operation name="OWN" calls="1" bandwidth="1000" renewal-period="3600" /></api></quota>`,
    async run(call) {
      assert.deepEqual(await statuses(call, 2), [200, 403])
      assert.deepEqual(await statuses(call, 1, { method: 'POST' }), [200])
    },
  },
  {
    shows: 'quota api id operation id',
    policy: {},
    product:
      '<base /><quota calls="100" renewal-period="3600"><api id="OWN" calls="3" renewal-period="3600"><operation id="OWN-post" calls="1" renewal-period="3600" /></api></quota>',
    async run(call) {
      assert.deepEqual(await statuses(call, 2, { method: 'POST' }), [200, 403])
      assert.deepEqual(await statuses(call, 2), [200, 403])
    },
  },
  {
    shows: 'quota-by-key calls bandwidth renewal-period counter-key increment-condition first-period-start',
    policy: {
      inbound: `<quota-by-key calls="1" bandwidth="1000" renewal-period="3600" counter-key="quota" first-period-start="2020-01-01T00:00:00Z"
        increment-condition="@(context.Response.StatusCode == 200)" />`,
    },
    async run(call) {
      assert.deepEqual(await statuses(call, 2, { answer: { status: 404 } }), [404, 404])
      assert.equal((await call()).status, 200)
      const { status, headers } = await call()
      const untilTheHour = 3600 - ((Date.now() / 1000) % 3600)
      assert.equal(status, 403)
      assert.ok(Math.abs(Number(headers.get('retry-after')) - untilTheHour) < 30, 'periods begin at first-period-start')
    },
  },
  {
    shows: 'quota-by-key increment-count',
    policy: { inbound: '<quota-by-key calls="4" renewal-period="3600" counter-key="twice" increment-count="2" />' },
    async run(call) {
      assert.deepEqual(await statuses(call, 3), [200, 200, 403])
    },
  },
]
