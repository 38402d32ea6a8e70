import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { command } from '../harness/command.ts'
import { startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const inbound = (policies: string) => `<policies><inbound><base />${policies}</inbound></policies>`

let workspace: TemporaryWorkspace
const ids = new Map<string, string>()

before(async () => {
  workspace = await temporaryWorkspace({
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1 }\naudit: { keepCalls: { denied: true, sample: 1 } }\n',
    ...artifactsOf('broken', { get: '/x' }),
    'apis/broken/policy.xml': inbound('<no-such-policy />'),
  })
  const running = await startGatehouse(workspace.folder, ['--serve-valid'])
  for (const path of ['/broken/x', '/nowhere']) {
    const response = await fetch(`${running.gateway}${path}`)
    await response.arrayBuffer()
    ids.set(path, response.headers.get('x-request-id') ?? '')
  }
  await running.stop()
})
after(() => workspace?.remove())

const explained = async (path: string) =>
  (await command(['explain', workspace.folder, '--request-id', ids.get(path) ?? ''])).stdout

test('of a call to a faulty API it is said that there are no steps, why, and what to do', async () => {
  const text = await explained('/broken/x')
  assert.match(text, /^failed: 503 config\.faulty/)
  assert.match(text, /note +There are no steps: the API broken is faulty and runs no policy\. Mend it, /)
  assert.doesNotMatch(text, /run again by the policies/)
})

test('of a call that meets no policy it is said that there are no steps', async () => {
  const text = await explained('/nowhere')
  assert.match(text, /note +There are no steps: run again, the kept call meets no policy \(route\.no-api\)\./)
  assert.doesNotMatch(text, /run again by the policies/)
})

test('once the API is mended, the steps are those of the call as it would be decided now', async () => {
  await workspace.write('apis/broken/policy.xml', inbound('<set-header name="X-A"><value>b</value></set-header>'))
  const text = await explained('/broken/x')
  assert.match(text, /→ set-header/)
  assert.match(text, /run again by the policies as they are now/)
})
