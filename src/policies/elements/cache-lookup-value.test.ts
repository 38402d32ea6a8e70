import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryCache } from '../testing/memory-ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const lookup = '<cache-lookup-value key="k" variable-name="found" />'

test('cache-lookup-value finds what cache-store-value kept, as the type it was', async () => {
  const cache = memoryCache()
  const store = (value: string) =>
    runPolicies({ inbound: `<cache-store-value key="k" duration="60" value="${value}" />` }, {}, { cache })
  const read = async (expression: string) =>
    (
      await runPolicies({ inbound: `${lookup}<set-variable name="text" value="@(${expression})" />` }, {}, { cache })
    ).ctx.variables.get('text')
  await store('plain text')
  assert.equal(await read('(string)context.Variables[&quot;found&quot;]'), 'plain text')
  await store('@(42)')
  assert.equal(await read('(int)context.Variables[&quot;found&quot;] + 1'), 43)
  await store('@(1.5)')
  assert.equal(await read('((double)context.Variables[&quot;found&quot;] * 2).ToString()'), '3')
  await store('@(new JObject(new JProperty(&quot;a&quot;, 1)))')
  assert.equal(await read('((JObject)context.Variables[&quot;found&quot;])[&quot;a&quot;].ToString()'), '1')
  await store('@(context.Request.Method == &quot;GET&quot;)')
  assert.equal(await read('(bool)context.Variables[&quot;found&quot;]'), true)
})

test('without a stored value the default is taken, and without that the variable stays unset', async () => {
  assert.equal((await runPolicies({ inbound: lookup })).ctx.variables.has('found'), false)
  const withDefault = '<cache-lookup-value key="k" variable-name="found" default-value="none" />'
  assert.equal((await runPolicies({ inbound: withDefault })).ctx.variables.get('found'), 'none')
})

test('key and variable-name are needed, and the caching type is one of three', () => {
  const codes = (attributes: string) => faultsOf({ inbound: `<cache-lookup-value ${attributes} />` }).map(({ code }) => code)
  assert.deepEqual(codes('key="k"'), ['policy.missing-attribute'])
  assert.deepEqual(codes('key="k" variable-name="v" caching-type="memory"'), ['policy.bad-value'])
})

test('a key names nothing but values, whatever else lies in the cache', async () => {
  const cache = memoryCache()
  cache.set('response of somebody else', new Uint8Array([1]), 1000, 0)
  const named = 'key="response of somebody else"'
  const { ctx } = await runPolicies({ inbound: `<cache-lookup-value ${named} variable-name="found" />` }, {}, { cache })
  assert.equal(ctx.variables.has('found'), false)
  await runPolicies({ inbound: `<cache-store-value ${named} duration="60" value="mine" />` }, {}, { cache })
  await runPolicies({ inbound: `<cache-remove-value ${named} />` }, {}, { cache })
  assert.deepEqual(cache.get('response of somebody else', 0), new Uint8Array([1]))
})
