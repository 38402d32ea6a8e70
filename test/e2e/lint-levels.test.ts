import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gatehouse, startGatehouse } from '../harness/gatehouse.ts'
import { type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const settings = (lint: string) => `gateway: { listen: 127.0.0.1:0, workers: 1 }\n${lint}`
const cors =
  '<cors allow-credentials="true"><allowed-origins><origin>*</origin></allowed-origins><allowed-headers><header>*</header></allowed-headers></cors>'

let workspace: TemporaryWorkspace
before(async () => {
  workspace = await temporaryWorkspace({
    'gatehouse.yaml': settings(''),
    'policy.xml': `<policies>\n  <inbound>\n    ${cors}\n  </inbound>\n</policies>\n`,
  })
})
after(() => workspace?.remove())

test('a warning of the compiler that is made an error keeps a workspace from being served, as it fails check', async () => {
  await workspace.write('gatehouse.yaml', settings('lint: { levels: { policy.cors-credentials: error } }\n'))
  const served = await gatehouse(['up', workspace.folder])
  assert.equal(served.code, 1, served.stderr)
  assert.match(served.stderr, /policy\.xml:3:5: error policy\.cors-credentials/)
  assert.equal((await gatehouse(['check', workspace.folder])).code, 1)
  // who only looks at it is not kept from that
  assert.equal((await gatehouse(['access', workspace.folder])).code, 0)
})

test('a warning of the compiler is shown and serves, one that is off is not shown', async () => {
  for (const [lint, isShown] of [
    ['', true],
    ['lint: { levels: { policy.cors-credentials: warning } }\n', true],
    ['lint: { levels: { policy.cors-credentials: off } }\n', false],
  ] as const) {
    await workspace.write('gatehouse.yaml', settings(lint))
    const running = await startGatehouse(workspace.folder)
    await running.stop()
    assert.equal(running.log().includes('warning policy.cors-credentials'), isShown, `${lint}: ${running.log()}`)
  }
})
