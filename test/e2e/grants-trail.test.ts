/** What of a grant's steps is in the audit trail when the trail cannot be written, or when somebody else was faster. */
import assert from 'node:assert/strict'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { command } from '../harness/command.ts'
import { gatehouse } from '../harness/gatehouse.ts'
import { copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

const rita = 'rita@gazette.onmicrosoft.com'
const paul = 'paul@gazette.onmicrosoft.com'

let demo: TemporaryWorkspace

before(async () => {
  demo = await copyOfDemo('http://127.0.0.1:1')
  await demo.edit('gatehouse.yaml', text => `${text}\ngrants: { approvers: [publishers] }\n`)
})
after(() => demo?.remove())

const grant = (step: string, ...args: readonly string[]) => command(['grant', step, ...args])
const request = () =>
  grant('request', demo.folder, '--role', 'publishers', '--api', 'articles', '--for', '2h', '--reason', 'x', '--as', rita)

async function asked(): Promise<string> {
  const { code, stdout, stderr } = await request()
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

const listed = async () => (await grant('list', demo.folder, '--all')).stdout

/** What is in the trail of one grant, oldest first. */
async function eventsOf(id: string): Promise<readonly { readonly event: string; readonly detail: Record<string, string> }[]> {
  const { stdout } = await command(['audit', 'events', demo.folder, '--json'])
  return stdout
    .split('\n')
    .filter(line => line.includes(`"grant":"${id}"`))
    .map(line => JSON.parse(line) as { event: string; detail: Record<string, string> }) // the command's documented form
}

/** With a plain file where the trail's folder belongs: it fails as a full disk does. */
async function withoutTrail<T>(work: () => Promise<T>): Promise<T> {
  const folder = join(demo.folder, '.gatehouse', 'audit')
  await rename(folder, `${folder}-away`)
  await writeFile(folder, '')
  try {
    return await work()
  } finally {
    await rm(folder)
    await rename(`${folder}-away`, folder)
  }
}

test('a step that the trail cannot take is not taken, and says so', async () => {
  const [waiting, inForce] = [await asked(), await asked()]
  assert.equal((await grant('approve', inForce, demo.folder, '--as', paul)).code, 0)
  const before = await listed()
  await withoutTrail(async () => {
    const steps = [
      await request(),
      await grant('approve', waiting, demo.folder, '--as', paul),
      await grant('deny', waiting, demo.folder, '--as', paul),
      await grant('revoke', inForce, demo.folder, '--as', paul),
    ]
    for (const { code, stdout, stderr } of steps) {
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, /nothing was changed: the audit trail cannot be written: .*\.gatehouse\/audit.*make it writable/)
    }
  })
  assert.equal(await listed(), before)
  assert.deepEqual(
    (await eventsOf(waiting)).map(({ event }) => event),
    ['grant.requested'],
  )
  assert.equal((await grant('approve', waiting, demo.folder, '--as', paul)).code, 0)
})

test('a state folder that holds no readable key for the trail says so too', async () => {
  const id = await asked()
  const key = join(demo.folder, '.gatehouse', 'audit-key.pem')
  await rename(key, `${key}-away`)
  await writeFile(key, 'no key')
  const { code, stderr } = await grant('approve', id, demo.folder, '--as', paul)
  await rename(`${key}-away`, key)
  assert.equal(code, 2)
  assert.match(stderr, /nothing was changed: the audit trail cannot be written/)
  assert.match(await listed(), new RegExp(`^${id}  requested`, 'm'))
})

test('of two who approve at once, the trail says of one that it was not done', async () => {
  const id = await asked()
  const both = await Promise.all([1, 2].map(() => gatehouse(['grant', 'approve', id, demo.folder, '--as', paul])))
  assert.deepEqual(both.map(({ code }) => code).sort(), [0, 1])
  const events = await eventsOf(id)
  const count = (kind: string) => events.filter(({ event }) => event === kind).length
  assert.equal(count('grant.approved') - count('grant.failed'), 1)
  assert.equal((await command(['audit', 'verify', demo.folder])).code, 0)
})
