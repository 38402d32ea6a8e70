import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyResponse } from '../context/empty-response.ts'
import { refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { MadeCall } from '../testing/make-call.ts'
import type { Sections, Surroundings } from '../testing/run-policies.ts'
import { tracePolicies } from '../testing/trace-policies.ts'
import type { Comparison, ConditionPart } from './tracer.ts'

const written = (condition: string) => condition.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** What a trace tells that the first policy of these compared. */
async function compared(
  policies: Sections,
  call: MadeCall = {},
  ports: Partial<Ports> = {},
  around: Surroundings = {},
): Promise<readonly Comparison[]> {
  const { trace } = await tracePolicies(policies, call, ports, around)
  return trace.entries[0]?.comparisons ?? []
}

const choosing = (condition: string) => `<choose><when condition='${written(condition)}'><return-response /></when></choose>`

/** The parts of a condition as a trace tells them. */
async function parts(
  condition: string,
  call: MadeCall = {},
  around: Surroundings = {},
): Promise<readonly ConditionPart[] | undefined> {
  const [comparison] = await compared({ inbound: choosing(condition) }, call, {}, around)
  return comparison?.parts
}

const header = (name: string, other = '""') => `context.Request.Headers.GetValueOrDefault("${name}", ${other})`

test('a condition shows what it compared, part by part', async () => {
  const condition = `@(${header('X')} == "b" || !(context.Request.Method != "GET"))`
  assert.deepEqual(await parts(condition, { request: { headers: { X: ['a'] } } }), [
    { text: `${header('X')} == "b"`, holds: false, values: [{ of: header('X'), value: 'a' }] },
    { text: 'context.Request.Method != "GET"', holds: false, values: [{ of: 'context.Request.Method', value: 'GET' }] },
  ])
})

test('null, numbers, lists of texts and what a method is asked about are shown as they are, other objects are not', async () => {
  const condition = `@(context.Request.Certificate == null && context.Request.Url.Path.StartsWith("/") && new [] {"a", "b"}.Contains(${header('X')}) && context.Api.Id.Length > 99)`
  const found = await parts(condition, { request: { headers: { X: ['a'] } } })
  assert.deepEqual(
    found?.flatMap(({ values }) => values.map(({ value }) => value)),
    [null, '/random', ['a', 'b'], 'a', 6],
  )
})

test('a credential is shown on no side of a comparison', async () => {
  const secret = 'my-token-s3cr3t'
  const call = {
    request: { headers: { Authorization: [`Basic ${secret}`], 'X-Api-Key': [secret], Cookie: [secret], X: [secret] } },
  }
  for (const condition of [
    `@(${header('Authorization')} == "Basic ${secret}")`,
    `@(${header('X-Api-Key', `"${secret}"`)}.Equals("${secret}"))`,
    `@("${secret}" == context.Request.Headers["Cookie"][0])`,
    `@($"Basic ${secret}" == ${header('Authorization')})`,
    `@{ var sent = ${header('Authorization')}; return sent == "Basic ${secret}"; }`,
    `@(${header('Authorization')} is string sent && sent == "Basic ${secret}")`,
    `@(${header('Authorization')} + ${header('X')} == "")`,
  ]) {
    const found = await parts(condition, call)
    assert.ok(found !== undefined && found.length > 0, condition)
    const shown = JSON.stringify(found)
    assert.ok(!shown.includes('s3cr3t'), `${condition}: ${shown}`)
  }
  assert.deepEqual(await parts(`@(${header('X-Api-Key')} == "${secret}")`, call), [
    { text: 'context.Request.Headers.GetValueOrDefault("X-Api-Key", "…") == "…"', holds: true, values: [] },
  ])
})

test('a condition with a secret named value shows only whether it holds', async () => {
  const around = { namedValues: { word: { value: 's3cr3t', secret: true }, plain: 'blue' } }
  assert.equal(await parts(`@(${header('X')} == "{{word}}")`, {}, around), undefined)
  const [plain] = (await parts(`@(${header('X')} == "{{plain}}")`, {}, around)) ?? []
  assert.equal(plain?.text, `${header('X')} == "blue"`)
})

test('a body is not shown, and a token is shown by its claims alone', async () => {
  const token = `eyJhbGciOiJub25lIn0.${Buffer.from('{"roles":"readers"}').toString('base64url')}.c2ln`
  const call = { request: { method: 'POST', body: '{"kind":"order"}', headers: { Authorization: [`Bearer ${token}`] } } }
  const [body] = (await parts('@((string)context.Request.Body.As<JObject>(true)["kind"] == "order")', call)) ?? []
  assert.deepEqual([body?.holds, body?.values], [true, []])
  const claim = `${header('Authorization')}.AsJwt()?.Claims.GetValueOrDefault("roles", "")`
  assert.deepEqual(await parts(`@(${claim} == "admins")`, call), [
    { text: `${claim} == "admins"`, holds: false, values: [{ of: claim, value: 'readers' }] },
  ])
  const [whole] = (await parts(`@(${header('X')} == "")`, { request: { headers: { X: [`Bearer ${token}`] } } })) ?? []
  assert.deepEqual(whole?.values, [{ of: header('X'), value: 'Bearer ***' }])
  const [joined] = (await parts('@(context.Request.Headers["Autho" + "rization"][0] != "")', call)) ?? []
  assert.deepEqual(joined?.values[0]?.value, 'Bearer ***')
})

test('long texts and lists are cut', async () => {
  const [part] = (await parts(`@(${header('X')} == "b")`, { request: { headers: { X: ['x'.repeat(5000)] } } })) ?? []
  const [{ value = '' } = {}] = part?.values ?? []
  assert.ok(typeof value === 'string' && value.length < 250 && value.endsWith('…'), String(value))
})

test('a condition that throws shows what it had come to, which part threw, and what', async () => {
  const condition = `@(context.Request.Method == "GET" && int.Parse(${header('X')}) > 3 || context.Request.Method == "PUT")`
  const [comparison, ...others] = await compared({ inbound: choosing(condition) }, { request: { headers: { X: ['many'] } } })
  assert.deepEqual(comparison, {
    subject: 'condition 1 at line 3',
    expected: [],
    received: ['threw System.FormatException'],
    holds: false,
    parts: [
      { text: 'context.Request.Method == "GET"', holds: true, values: [{ of: 'context.Request.Method', value: 'GET' }] },
      { text: `int.Parse(${header('X')}) > 3`, holds: false, threw: true, values: [] },
    ],
  })
  assert.deepEqual(others, [])
})

test('the part that throws is told from those that were passed over, and shows what it had computed', async () => {
  const condition = `@(context.Request.Method == "PUT" && int.Parse(${header('X')}) > 3 || ${header('X')} == int.Parse(${header('Y')}).ToString())`
  const found = await parts(condition, { request: { headers: { X: ['7'], Y: ['many'] } } })
  assert.deepEqual(found, [
    { text: 'context.Request.Method == "PUT"', holds: false, values: [{ of: 'context.Request.Method', value: 'GET' }] },
    {
      text: `${header('X')} == int.Parse(${header('Y')}).ToString()`,
      holds: false,
      threw: true,
      values: [{ of: header('X'), value: '7' }],
    },
  ])
})

test('of a block the part that threw is named also where that was caught, and none for what throws outside of the parts', async () => {
  const caught = `@{ try { return int.Parse(${header('X')}) > 3; } catch { return context.Request.Method == "GET"; } }`
  assert.deepEqual(
    (await parts(caught))?.map(({ text, holds, threw }) => [text, holds, threw]),
    [
      [`int.Parse(${header('X')}) > 3`, false, true],
      ['context.Request.Method == "GET"', true, undefined],
    ],
  )
  assert.equal(await parts(`@{ var most = int.Parse(${header('X')}); return most > 3; }`), undefined)
})

test('a credential is shown in no part that throws', async () => {
  const condition = `@(int.Parse(${header('X-Api-Key', '"my-s3cr3t"')}) > 3)`
  const found = await parts(condition, { request: { headers: { 'X-Api-Key': ['my-s3cr3t'] } } })
  assert.deepEqual(found, [
    { text: 'int.Parse(context.Request.Headers.GetValueOrDefault("X-Api-Key", "…")) > 3', holds: false, threw: true, values: [] },
  ])
})

const retrying = `<retry condition='@(context.Response.StatusCode >= 500)' count="2" interval="1"><forward-request /></retry>`

test('the condition of retry is shown as it came out after each try', async () => {
  const statuses = [503, 200]
  const forward: Ports['forward'] = async ctx => {
    ctx.response = { ...emptyResponse(), statusCode: statuses.shift() ?? 200 }
    return undefined
  }
  const found = await compared({ backend: retrying }, {}, { forward, delay: async () => {} })
  assert.deepEqual(
    found.map(({ subject, received, parts: [part] = [] }) => [subject, received, part?.values]),
    [
      ['condition after try 1', ['true'], [{ of: 'context.Response.StatusCode', value: 503 }]],
      ['condition after try 2', ['false'], [{ of: 'context.Response.StatusCode', value: 200 }]],
    ],
  )
})

test('a condition of retry that cannot be told after a refusal is no fault of its own', async () => {
  const forward: Ports['forward'] = async () =>
    refuse({ reason: 'backend.unreachable', statusCode: 500, message: 'no', errorReason: 'BackendConnectionFailure' })
  const [comparison] = await compared({ backend: retrying }, {}, { forward })
  assert.deepEqual([comparison?.received, comparison?.holds], [['threw System.NullReferenceException'], true])
})
