import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const set = (value: string) => `<set-variable name="taken" value="${value}" />`
const branches = `<choose>
  <when condition="@(context.Request.Method == "GET")">${set('get')}</when>
  <when condition="@(context.Request.Headers.ContainsKey("X-Late"))">${set('late')}</when>
  <otherwise>${set('other')}</otherwise>
</choose>`

async function taken(inbound: string, method: string, headers = {}): Promise<unknown> {
  const { ctx } = await runPolicies({ inbound }, { request: { method, headers } })
  return ctx.variables.get('taken')
}

test('choose runs the first branch whose condition holds, else the otherwise', async () => {
  assert.equal(await taken(branches, 'GET', { 'X-Late': '1' }), 'get')
  assert.equal(await taken(branches, 'PUT', { 'X-Late': '1' }), 'late')
  assert.equal(await taken(branches, 'PUT'), 'other')
})

test('choose without otherwise goes on when nothing holds', async () => {
  const { outcome, ctx } = await runPolicies({ inbound: `<choose><when condition="false">${set('x')}</when></choose>` })
  assert.equal(outcome, 'next')
  assert.equal(ctx.variables.has('taken'), false)
})

test('a refusal inside a branch ends the section, and its path leads to it', async () => {
  const check = '<check-header name="A" failed-check-httpcode="400" failed-check-error-message="no" ignore-case="true" />'
  const { outcome, ctx } = await runPolicies({
    inbound: `<choose><when condition="false" /><when condition="true">${check}</when></choose>`,
  })
  assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
  assert.equal(ctx.lastError?.path, 'choose[1]/when[2]/check-header[1]')
})

test('a condition that throws is a refusal whose path is the branch', async () => {
  const failing = '<choose><when condition="@(((string)context.Variables["none"]).Length > 0)" /></choose>'
  const { outcome, ctx } = await runPolicies({ inbound: failing })
  assert.ok(outcome !== 'next' && outcome.kind === 'refusal')
  assert.equal(outcome.reason, 'policy.expression')
  assert.equal(ctx.lastError?.source, 'choose')
  assert.equal(ctx.lastError?.path, 'choose[1]/when[1]')
})

test('choose needs a when, and a when a condition', () => {
  const codes = (inbound: string) => faultsOf({ inbound }).map(({ code }) => code)
  assert.deepEqual(codes('<choose />'), ['policy.missing-child'])
  assert.deepEqual(codes('<choose><when /></choose>'), ['policy.missing-attribute'])
  assert.deepEqual(codes('<choose><when condition="yes" /></choose>'), ['policy.bad-value'])
})

test('a policy that may stand once may stand in each branch, and not before or twice in one', () => {
  const branches = (yes: string, no: string) =>
    `<choose><when condition="true">${yes}</when><otherwise>${no}</otherwise></choose>`
  const store = '<cache-store duration="5" />'
  const codes = (outbound: string) => faultsOf({ outbound }).map(({ code }) => code)
  assert.deepEqual(codes(branches(store, store)), [])
  assert.deepEqual(codes(branches(store + store, '')), ['policy.too-many'])
  assert.deepEqual(codes(store + branches('', store)), ['policy.too-many'])
})
