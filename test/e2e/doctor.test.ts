import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Finding } from '../../src/explain/doctor/finding.ts'
import { command } from '../harness/command.ts'
import { gatehouse } from '../harness/gatehouse.ts'
import { copyOfDemo, temporaryWorkspace } from '../harness/workspace.ts'

const workspace = await copyOfDemo('http://127.0.0.1:9')
after(() => workspace.remove())

async function doctor(): Promise<{ readonly code: number | null; readonly found: readonly Finding[] }> {
  const { code, stdout } = await command(['doctor', workspace.folder, '--json'])
  return { code, found: JSON.parse(stdout) }
}

test('the demo fits its directory', async () => {
  const { code, stderr } = await gatehouse(['doctor', workspace.folder])
  assert.equal(code, 0, stderr)
  assert.match(stderr, /policies and directory fit/)
})

test('what is changed in the directory shows as mismatches, each with its policy and its mend', async () => {
  const before = await workspace.read('directory.yaml')
  await workspace.edit('directory.yaml', text =>
    text
      .replace('requestedAccessTokenVersion: 2', 'requestedAccessTokenVersion: 1')
      .replace('    appRoles:\n      - value: readers', '    appRoles:\n      - value: lecteurs')
      .replaceAll('role: readers', 'role: lecteurs')
      .replace(
        'secretText: archive-service-secret',
        'secretText: archive-service-secret\n        endDateTime: 2020-01-01T00:00:00Z',
      ),
  )
  const { code, found } = await doctor()
  assert.equal(code, 1)
  assert.deepEqual([...new Set(found.map(finding => finding.code))].sort(), [
    'assignment.not-required',
    'audience.version',
    'role.undeclared',
    'secret.expired',
  ])
  const role = found.find(finding => finding.code === 'role.undeclared')
  assert.match(role?.policy?.file ?? '', /operations\/(list|get)-article/)
  assert.ok(found.every(({ mend }) => mend !== ''))
  const { stdout } = await command(['doctor', workspace.folder])
  assert.match(stdout, /role\.undeclared: .*\n {2}at {4}validate-azure-ad-token, .*policy\.xml:\d+\n {2}mend /)
  assert.ok(!stdout.includes('archive-service-secret'))
  await workspace.write('directory.yaml', before)
})

test('what cannot be compared is exit code 2', async () => {
  const empty = await temporaryWorkspace({ 'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0 }\n' })
  after(() => empty.remove())
  assert.equal((await command(['doctor', empty.folder])).code, 2)
  await empty.write('gatehouse.yaml', 'gateway: { lisen: 127.0.0.1:0 }\n')
  const faulty = await command(['doctor', empty.folder])
  assert.equal(faulty.code, 2)
  assert.match(faulty.stderr, /lisen/)
})
