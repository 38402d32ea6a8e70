import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { memoryCache } from '../testing/memory-ports.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

test('cache-remove-value takes out the value of its key and no other', async () => {
  const cache = memoryCache()
  const store = (key: string) => `<cache-store-value key="${key}" value="v" duration="10" />`
  const lookup = (key: string) => `<cache-lookup-value key="${key}" variable-name="${key}" />`
  const inbound = `${store('a')}${store('b')}<cache-remove-value key="a" />${lookup('a')}${lookup('b')}`
  const { ctx } = await runPolicies({ inbound }, {}, { cache })
  assert.deepEqual([...ctx.variables.keys()], ['b'])
})

test('a key that is not there does no harm', async () => {
  assert.equal((await runPolicies({ inbound: '<cache-remove-value key="none" caching-type="external" />' })).outcome, next)
})

test('the key is needed', () => {
  assert.deepEqual(
    faultsOf({ inbound: '<cache-remove-value />' }).map(({ code }) => code),
    ['policy.missing-attribute'],
  )
})
