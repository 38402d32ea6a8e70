import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

async function headersAfter(
  attributes: string,
  values: readonly string[],
  sent: Record<string, string[]>,
): Promise<readonly string[]> {
  const inbound = `<set-header name="X" ${attributes}>${values.map(value => `<value>${value}</value>`).join('')}</set-header>`
  const { ctx } = await runPolicies({ inbound }, { request: { headers: sent } })
  return ctx.request.headers.raw
}

test('set-header overrides unless told otherwise, with every value', async () => {
  assert.deepEqual(await headersAfter('', ['1', '2'], { x: ['old', 'older'], Y: ['y'] }), ['X', '1,2', 'Y', 'y'])
})

test('values that may hold commas stay fields of their own', async () => {
  const inbound = '<set-header name="Set-Cookie"><value>a=1</value><value>b=2</value></set-header>'
  const { ctx } = await runPolicies({ inbound })
  assert.deepEqual(ctx.request.headers.raw, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'])
})

test('set-header appends, skips and deletes', async () => {
  assert.deepEqual(await headersAfter('exists-action="append"', ['1'], { X: ['old'] }), ['X', 'old,1'])
  assert.deepEqual(await headersAfter('exists-action="skip"', ['1'], { X: ['old'] }), ['X', 'old'])
  assert.deepEqual(await headersAfter('exists-action="skip"', ['1'], {}), ['X', '1'])
  assert.deepEqual(await headersAfter('exists-action="delete"', [], { X: ['old'], Y: ['y'] }), ['Y', 'y'])
})

test('set-header works on the response on the way out', async () => {
  const outbound =
    '<set-header name="Server" exists-action="delete" /><set-header name="A"><value>@(context.Request.Method)</value></set-header>'
  const { ctx } = await runPolicies({ outbound }, { response: { headers: { Server: 'x' } } })
  assert.deepEqual(ctx.response?.headers.raw, ['A', 'GET'])
  assert.deepEqual(ctx.request.headers.raw, [])
})

test('a null from an expression is an empty value', async () => {
  assert.deepEqual(await headersAfter('', ['@(context.Request.Headers.GetValueOrDefault("none"))'], {}), ['X', ''])
})

test('nothing that an expression gives can begin another header', async () => {
  for (const value of ['<value>@("a\\r\\nB: c")</value>', '<value>@("a\\n")</value>']) {
    const { outcome } = await runPolicies({ inbound: `<set-header name="X">${value}</set-header>` })
    assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
    assert.equal(outcome.reason, 'policy.expression')
  }
})

test('headers that frame the message stay as the gateway sets them, and a warning says so', async () => {
  const inbound =
    '<set-header name="Transfer-Encoding"><value>chunked</value></set-header><set-header name="content-length" exists-action="delete" />'
  const { ctx } = await runPolicies({ inbound }, { request: { headers: { 'Content-Length': '3' } } })
  assert.deepEqual(ctx.request.headers.raw, ['Content-Length', '3'])
  assert.deepEqual(
    faultsOf({ inbound }).map(({ severity, code }) => `${severity} ${code}`),
    ['warning policy.no-effect', 'warning policy.no-effect'],
  )
})

test('without a value, override leaves no header', async () => {
  assert.deepEqual(await headersAfter('', [], { X: ['old'], Y: ['y'] }), ['Y', 'y'])
})
