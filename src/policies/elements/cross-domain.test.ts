import assert from 'node:assert/strict'
import { test } from 'node:test'
import { next } from '../outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const inbound = `<cross-domain>
  <cross-domain-policy>
    <allow-http-request-headers-from domain='*' headers='*' />
  </cross-domain-policy>
</cross-domain>`

test('the policy file is served at the root, and nothing else is touched', async () => {
  const ask = (path: string) =>
    runPolicies({ inbound }, { request: { originalUrl: `https://api.example${path}` } }, {}, { scope: 'global' })
  const { outcome, ctx } = await ask('/crossdomain.xml')
  assert.ok(outcome !== next && outcome.kind === 'reply')
  assert.equal(ctx.response?.headers.get('Content-Type'), 'text/x-cross-domain-policy')
  assert.match(
    Buffer.from(ctx.response?.body.bytes ?? []).toString(),
    /^<\?xml.*\n<cross-domain-policy>\s+<allow-http.*headers='\*' \/>/,
  )
  assert.equal((await ask('/colors')).outcome, next)
})

test('rules without their root get one', async () => {
  const bare = '<cross-domain><allow-access-from domain="a.example" /></cross-domain>'
  const { ctx } = await runPolicies(
    { inbound: bare },
    { request: { originalUrl: 'https://api.example/crossdomain.xml' } },
    {},
    { scope: 'global' },
  )
  assert.match(
    Buffer.from(ctx.response?.body.bytes ?? []).toString(),
    /<cross-domain-policy><allow-access-from domain="a\.example" \/><\/cross-domain-policy>$/,
  )
})

test('it stands in the global policy only', () => {
  assert.deepEqual(
    faultsOf({ inbound }).map(({ code }) => code),
    ['policy.wrong-scope'],
  )
})
