import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CallContext } from '../context/call-context.ts'
import type { MadeCall } from '../testing/make-call.ts'
import { runPolicies, type Surroundings } from '../testing/run-policies.ts'
import { CallTrace } from './call-trace.ts'
import { redactorFor } from './redact.ts'
import type { ConditionPart } from './tracer.ts'

/** The parts of a condition as a trace tells them. */
async function parts(
  condition: string,
  call: MadeCall = {},
  around: Surroundings = {},
): Promise<readonly ConditionPart[] | undefined> {
  let trace: CallTrace | undefined
  const watch = (ctx: CallContext) => {
    trace = new CallTrace(ctx, { clock: () => 0, redact: redactorFor([]) })
    return trace
  }
  const written = condition.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  await runPolicies(
    { inbound: `<choose><when condition='${written}'><return-response /></when></choose>` },
    call,
    {},
    around,
    watch,
  )
  return trace?.entries[0]?.comparisons[0]?.parts
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
