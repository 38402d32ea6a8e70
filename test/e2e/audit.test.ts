import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, startGatehouse } from '../harness/gatehouse.ts'
import { copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

let backend: EchoBackend
let demo: TemporaryWorkspace

before(async () => {
  backend = await startEchoBackend()
  demo = await copyOfDemo(backend.address)
})
after(async () => {
  await backend?.close()
  await demo?.remove()
})

interface Event {
  readonly event: string
  readonly by?: string
  readonly detail: Readonly<Record<string, unknown>>
}

async function events(): Promise<readonly Event[]> {
  const { stdout } = await gatehouse(['audit', 'events', demo.folder, '--json'])
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Event) // the command's documented form
}

test('starts, changes and refused changes of the configuration are on record, with who and what', async () => {
  const running = await startGatehouse(demo.folder)
  const policy = 'apis/articles/policy.xml'
  const sound = await demo.read(policy)
  await demo.write(policy, `${sound}\n<!-- touched -->`)
  await running.logged('the change is in force')
  await demo.write(policy, `${sound}<oops`)
  await running.logged('the change has faults')
  await demo.write(policy, sound)
  await running.logged(/faults[\s\S]*the change is in force/)
  assert.equal((await fetch(`${running.gateway}/articles/`)).status, 401)
  assert.equal(await running.stop(), 0)
  const found = await events()
  assert.deepEqual(
    found.map(({ event }) => event).filter(event => event !== 'audit.segment'),
    ['gateway.started', 'config.changed', 'config.refused', 'config.changed', 'gateway.stopped'],
  )
  const [, changed, refused] = found.filter(({ event }) => event !== 'audit.segment')
  assert.deepEqual([changed?.detail.files, changed?.detail.generation, changed?.detail.cause], [[policy], 2, 'files'])
  assert.deepEqual([refused?.detail.files, refused?.detail.faults], [[policy], 1])
  assert.ok((changed?.by ?? '') !== '')
})

test('a whole trail verifies, as CSV too; one with a segment taken away does not, with the key that was kept elsewhere', async () => {
  const key = join(demo.folder, '.gatehouse', 'audit-key.pub.pem')
  const whole = await gatehouse(['audit', 'verify', demo.folder, '--key', key])
  assert.equal(whole.code, 0, whole.stdout)
  const csv = await gatehouse(['audit', 'query', demo.folder, '--reason', 'token.missing', '--csv'])
  assert.match(csv.stdout, /^time,requestId,.*\r\n.*,GET,\/articles\/,127\.0\.0\.1,articles,list-articles,.*token\.missing,401/)
  const begun = (await events()).find(({ event }) => event === 'audit.segment')
  await rm(join(demo.folder, '.gatehouse', 'audit', String(begun?.detail.segment)))
  const missing = await gatehouse(['audit', 'verify', demo.folder])
  assert.equal(missing.code, 1)
  assert.match(missing.stdout, /was begun and is missing/)
})

test('a gateway that is killed leaves a trail that is whole, and says so', async () => {
  await rm(join(demo.folder, '.gatehouse', 'audit'), { recursive: true })
  const running = await startGatehouse(demo.folder)
  for (let i = 0; i < 5; i++) await fetch(`${running.gateway}/articles/`)
  // what waits for less than the interval of a batch would be lost with it
  while ((await gatehouse(['audit', 'query', demo.folder, '--json'])).stdout === '');
  await running.stop('SIGKILL')
  const { code, stdout } = await gatehouse(['audit', 'verify', demo.folder])
  assert.equal(code, 0, stdout)
  assert.match(stdout, /it was killed/)
})
