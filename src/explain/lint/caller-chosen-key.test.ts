import assert from 'node:assert/strict'
import { test } from 'node:test'
import { found } from './testing/found.ts'
import { inbound, inChain, workspace } from './testing/workspace.ts'

test('a limit by what the caller sends limits nobody; by subscription, token or address it does', () => {
  const limit = (key: string) => `<rate-limit-by-key calls="1" renewal-period="60" counter-key='${key}' />`
  assert.deepEqual(
    found(
      'inbound',
      limit('@(context.Request.Headers.GetValueOrDefault("X-Client", ""))'),
      limit('@(context.Subscription.Id)'),
      limit('@(context.Request.IpAddress)'),
      limit('@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt()?.Subject)'),
      limit('@(context.Request.Url.Query.GetValueOrDefault("client"))'),
    ),
    ['caller-chosen-key 3', 'caller-chosen-key 7'],
  )
})

const set = (value: string) => `<set-variable name="c" value='${value}' />`
const limit = (key: string) => `<rate-limit-by-key calls="1" renewal-period="60" counter-key='${key}' />`
const header = '@(context.Request.Headers.GetValueOrDefault("X-Client", ""))'
const byVariable = limit('@((string)context.Variables["c"])')

test('a key that passes through a variable is the caller’s own as well, also from one variable to the next and from scope to scope', () => {
  assert.deepEqual(found('inbound', set(header), byVariable), ['caller-chosen-key 4'])
  assert.deepEqual(found('inbound', set(header), limit('@(context.Variables.GetValueOrDefault<string>("c"))')), [
    'caller-chosen-key 4',
  ])
  const next = '<set-variable name="d" value=\'@("client " + context.Variables["c"])\' />'
  assert.deepEqual(found('inbound', set(header), next, limit('@((string)context.Variables["d"])')), ['caller-chosen-key 5'])
  const branch = `<choose><when condition='@(context.Api.Id == "a")'>${set(header)}</when></choose>`
  assert.deepEqual(found('inbound', set('none'), branch, byVariable), ['caller-chosen-key 5'])
  const chain = workspace(inbound(set(header)), inbound('<base />', byVariable))
  assert.deepEqual(inChain(chain), ['caller-chosen-key apis/orders/operations/list/policy.xml:4'])
})

test('a variable that holds something else by then is no choice of the caller’s', () => {
  assert.deepEqual(found('inbound', set(header), set('@(context.Subscription.Id)'), byVariable), [])
  assert.deepEqual(found('inbound', set('@(context.Request.Headers["Authorization"][0].AsJwt().Subject)'), byVariable), [])
  assert.deepEqual(found('inbound', set('@(context.Request.IpAddress)'), byVariable), [])
  assert.deepEqual(found('inbound', set(header), '<cache-lookup-value key="k" variable-name="c" />', byVariable), [])
  assert.deepEqual(found('inbound', byVariable, set(header)), [])
  assert.deepEqual(found('inbound', limit('@(context.Request.MatchedParameters["tenant"])')), [])
})
