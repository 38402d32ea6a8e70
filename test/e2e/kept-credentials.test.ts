import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const keys = { good: 'the-good-key-of-a-partner', other: 'the-other-key-of-a-partner', wrong: 'a-key-that-is-almost-right' }
const secret = 's3cr3t-word-of-the-workspace'
/** Parts of a bearer token that somebody made up. */
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const forged = (claims: object) => `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${'A'.repeat(40)}`

let backend: EchoBackend
let workspace: TemporaryWorkspace
before(async () => {
  backend = await startEchoBackend()
  const names = { header: 'X-Partner', query: 'pk' }
  const properties = { serviceUrl: backend.address, subscriptionRequired: true, subscriptionKeyParameterNames: names }
  workspace = await temporaryWorkspace({
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1 }\naudit: { keepCalls: { denied: true, sample: 1 } }\n`,
    ...artifactsOf('probe', { any: '/any', open: '/open' }, properties),
    'apis/probe/policy.xml': `<policies><inbound><base /><choose><when condition='@(context.Operation.Id == "open")'>
<check-header name="X-Api-Key" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="false"><value>key-of-the-caller-1</value></check-header>
</when></choose></inbound></policies>`,
    'subscriptions/s1/subscriptionInformation.json': JSON.stringify({
      properties: { scope: '/apis/probe', displayName: 's1', state: 'active', primaryKey: keys.good, secondaryKey: keys.other },
    }),
    'named values/word/namedValueInformation.json': JSON.stringify({
      properties: { displayName: 'word', value: secret, secret: true },
    }),
  })
  const running = await startGatehouse(workspace.folder)
  const call = async (path: string, headers: Record<string, string>) => {
    const answer = await fetch(`${running.gateway}/probe${path}`, { headers })
    await answer.arrayBuffer()
    return answer.status
  }
  const inner = forged({ sub: 'inner' })
  const statuses = [
    await call('/any', { 'X-Partner': keys.good }),
    await call(`/any?%70k=${keys.good}&top=1`, { 'X-Note': `sent ${keys.good} and ${keys.other}` }),
    await call('/any', {
      'X-Partner': keys.wrong,
      authorization: `Bearer ${forged({ inner, word: secret, sub: 'who-it-says' })}`,
    }),
    await call('/any', {
      'X-Partner': keys.wrong,
      authorization: `Bearer ${forged({ long: Array(600).fill('xxxxxxxx'), list: 'long-claims' })}`,
    }),
    await call('/open', { 'X-Partner': keys.good, 'X-Api-Key': 'key-of-the-caller-1' }),
  ]
  await running.stop()
  assert.deepEqual(statuses, [200, 200, 401, 401, 200])
})
after(async () => {
  await backend?.close()
  await workspace?.remove()
})

const keptText = () => {
  const folder = join(workspace.folder, '.gatehouse', 'calls')
  return readdirSync(folder)
    .map(name => readFileSync(join(folder, name), 'utf8'))
    .join('')
}

test('no subscription key is kept, whatever the API calls it, nor one that is wrong', () => {
  const text = keptText()
  for (const key of Object.values(keys)) assert.ok(!text.includes(key), key)
  assert.match(text, /k=\*\*\*&top=1/)
})

test('of a token that anybody may have made up, claims are kept without credentials, and not when they are long', () => {
  const text = keptText()
  assert.match(text, /who-it-says/)
  assert.ok(!text.includes(secret) && !text.includes(part({ sub: 'inner' })))
  assert.ok(!text.includes('long-claims'))
})

test('kept calls come out as they did, and one that a header let in which is not kept is passed over', async () => {
  const { code, stdout, stderr } = await command(['replay', workspace.folder, '--json'])
  const { changes, replayed, passedOver } = JSON.parse(stdout) // the command's documented form
  assert.deepEqual([changes, replayed], [[], 4], stderr)
  assert.deepEqual(passedOver, { 'by a credential in a header, which is not kept': 1 })
  assert.equal(code, 0)
})
