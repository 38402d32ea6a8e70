import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

async function queryAfter(attributes: string, values: readonly string[], query: string): Promise<string> {
  const inbound = `<set-query-parameter ${attributes}>${values.map(value => `<value>${value}</value>`).join('')}</set-query-parameter>`
  const { ctx } = await runPolicies({ inbound }, { request: { url: `https://backend.example/x${query}` } })
  return ctx.request.url.query
}

test('set-query-parameter overrides every value where the first stood', async () => {
  assert.equal(await queryAfter('name="a"', ['1', '2'], '?x=0&A=old&y=%2F&a=older'), '?x=0&a=1&a=2&y=%2F')
  assert.equal(await queryAfter('name="a b"', ['c&amp;d=é'], ''), '?a%20b=c%26d%3D%C3%A9')
})

test('set-query-parameter appends, skips and deletes, and leaves the rest as it was sent', async () => {
  assert.equal(await queryAfter('name="a" exists-action="append"', ['2'], '?a=1&b'), '?a=1&b&a=2')
  assert.equal(await queryAfter('name="a" exists-action="skip"', ['2'], '?a'), '?a')
  assert.equal(await queryAfter('name="a" exists-action="skip"', ['2'], '?b=%zz'), '?b=%zz&a=2')
  assert.equal(await queryAfter('name="a" exists-action="delete"', [], '?a=1&b=+&a=2'), '?b=+')
  assert.equal(await queryAfter('name="a" exists-action="delete"', [], '?a=1'), '')
})

test('names and values may be expressions', async () => {
  assert.equal(await queryAfter('name="@("n" + 1)"', ['@(context.Request.Method)'], ''), '?n1=GET')
})

test('set-query-parameter needs a value unless it deletes', () => {
  const codes = (attributes: string) =>
    faultsOf({ inbound: `<set-query-parameter name="a" ${attributes} />` }).map(({ code }) => code)
  assert.deepEqual(codes(''), ['policy.missing-child'])
  assert.deepEqual(codes('exists-action="delete"'), [])
})
