import assert from 'node:assert/strict'
import { cp, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { lastRecords } from '../../src/audit/query-audit.ts'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, startGatehouse } from '../harness/gatehouse.ts'
import { until } from '../harness/until.ts'
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
  const { stdout } = await command(['audit', 'events', demo.folder, '--json'])
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
  const csv = await command(['audit', 'query', demo.folder, '--reason', 'token.missing', '--csv'])
  assert.match(csv.stdout, /^time,requestId,.*\r\n.*,GET,\/articles\/,127\.0\.0\.1,articles,list-articles,.*token\.missing,401/)
  const begun = (await events()).find(({ event }) => event === 'audit.segment')
  await rm(join(demo.folder, '.gatehouse', 'audit', String(begun?.detail.segment)))
  const missing = await command(['audit', 'verify', demo.folder])
  assert.equal(missing.code, 1)
  assert.match(missing.stdout, /was begun and is missing/)
})

const trail = () => join(demo.folder, '.gatehouse', 'audit')
const filesOf = async (part: string) => (await readdir(trail())).filter(name => name.includes(part)).sort()
const verify = (...args: string[]) => command(['audit', 'verify', demo.folder, ...args])

/** A gateway that serves some calls and stops in good order; answers what the names of its files begin with. */
async function serveAndStop(): Promise<string> {
  const running = await startGatehouse(demo.folder)
  for (let i = 0; i < 20; i++) assert.equal((await fetch(`${running.gateway}/articles/`)).status, 401)
  assert.equal(await running.stop(), 0)
  const newest = (await filesOf('-main-')).at(-1) ?? ''
  return newest.slice(0, newest.indexOf('-main-'))
}

test('what is taken away of a gateway that stopped in good order is missed, and verify says where', async () => {
  await rm(trail(), { recursive: true })
  const first = await serveAndStop()
  const last = await serveAndStop()
  const whole = await verify()
  assert.equal(whole.code, 0, whole.stdout)
  assert.match(whole.stdout, new RegExp(`^head: ${last}-main/\\d+/[0-9a-f]{64}$`, 'm'))
  const head = /^head: (.*)$/m.exec(whole.stdout)?.[1] ?? ''
  assert.equal((await verify('--expect', head)).code, 0)
  const kept = join(demo.folder, 'kept')
  await cp(trail(), kept, { recursive: true })
  const judge = async (what: string, tamper: () => Promise<void>, says: RegExp, ...args: string[]) => {
    await tamper()
    const { code, stdout } = await verify(...args)
    assert.equal(code, 1, `${what}: ${stdout}`)
    assert.match(stdout, says, what)
    await rm(trail(), { recursive: true })
    await cp(kept, trail(), { recursive: true })
  }
  const [busiest = ''] = (await filesOf(`${last}-`)).filter(name => !name.includes('main'))
  const path = join(trail(), busiest)
  const shorten = async () => {
    const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1)
    await writeFile(path, `${lines.slice(0, -3).join('\n')}\n`)
  }
  const removeAll = async (part: string) => {
    for (const name of await filesOf(part)) await rm(join(trail(), name))
  }
  await judge(
    'the last lines',
    shorten,
    new RegExp(`${busiest}:\\d+: numbers \\d+ to \\d+ .* missing at its end[\\s\\S]*: 1 fault$`, 'm'),
  )
  await judge('an emptied segment', () => writeFile(path, ''), new RegExp(`${busiest}:1: numbers .* missing`))
  await judge('the main chain', () => removeAll(`${last}-main`), /the main chain of its process, .* is missing/)
  await judge('an earlier process', () => removeAll(first), new RegExp(`the chain ${first}-main is missing`))
  await judge('the newest process', () => removeAll(last), /as was noted elsewhere/, '--expect', head)
  const damage = async () => {
    const [packed = ''] = (await filesOf(`${first}-`)).filter(name => name.endsWith('.gz') && !name.includes('main'))
    const bytes = await readFile(join(trail(), packed))
    await writeFile(join(trail(), packed), bytes.fill(7, bytes.length >> 1))
    const query = await command(['audit', 'query', demo.folder, '--json'])
    assert.equal(query.code, 1)
    assert.match(query.stderr, new RegExp(`^[^ ]*${packed} cannot be read to its end: .*\\n$`))
    assert.ok(query.stdout.split('\n').length > 20)
  }
  await judge('a damaged file', damage, /\.jsonl\.gz:\d+: it cannot be read further/)
  await judge('all of it', () => removeAll(''), /there is no trail in/)
  assert.equal((await verify()).code, 0)
})

test('without its key a trail is not proved, unless that is asked for', async () => {
  const key = join(demo.folder, '.gatehouse', 'audit-key.pub.pem')
  const text = await readFile(key)
  await rm(key)
  const without = await verify()
  assert.equal(without.code, 1)
  assert.match(without.stdout, /there is no .*audit-key\.pub\.pem, so nobody knows whose signatures[\s\S]*: not proved$/m)
  const unsigned = await verify('--unsigned')
  assert.equal(unsigned.code, 0, unsigned.stdout)
  assert.match(unsigned.stdout, /note: signatures were not checked/)
  await writeFile(key, text)
  assert.equal((await verify('--unsigned', '--key', key)).code, 2)
  assert.equal((await verify('--expect', 'x')).code, 2)
})

test('a key is looked for from the current directory, and the path that was looked for is named', async () => {
  const state = join(demo.folder, '.gatehouse')
  const from = (cwd: string) => command(['audit', 'verify', demo.folder, '--key', 'audit-key.pub.pem'], { cwd })
  assert.equal((await from(state)).code, 0)
  const { code, stderr } = await from(demo.folder)
  assert.equal(code, 2)
  assert.equal(
    stderr,
    `gatehouse audit: --key: there is no ${join(demo.folder, 'audit-key.pub.pem')}; a relative path is read from the current directory\n`,
  )
})

test('a word that no record has, or two forms at once, is a mistake and no empty answer', async () => {
  const query = async (...args: string[]) => {
    const { code, stderr } = await command(['audit', 'query', demo.folder, ...args])
    return [code, stderr]
  }
  const [code, said] = await query('--reason', 'token.misssing')
  assert.equal(code, 2)
  assert.match(String(said), /--reason "token\.misssing" is none that a record has: did you mean 'token\.missing'\?/)
  assert.match(String((await query('--reason', 'token.bogus'))[1]), /there are 'token\.missing', /)
  assert.match(String((await query('--decision', 'bogus'))[1]), /there are 'allowed', 'refused', 'failed'/)
  assert.deepEqual((await query('--json', '--csv'))[0], 2)
  assert.notEqual((await query('--reason', 'token.missing'))[0], 2)
})

test('a gateway that is killed leaves a trail that is whole, and says so', async () => {
  await rm(join(demo.folder, '.gatehouse', 'audit'), { recursive: true })
  const running = await startGatehouse(demo.folder)
  for (let i = 0; i < 5; i++) await fetch(`${running.gateway}/articles/`)
  // what waits for less than the interval of a batch would be lost with it
  await until(async () => (await lastRecords(trail(), {}, 1)).length > 0)
  await running.stop('SIGKILL')
  const { code, stdout } = await verify()
  assert.equal(code, 0, stdout)
  assert.match(stdout, /its process was killed/)
  const later = await serveAndStop()
  const sealed = await verify()
  assert.equal(sealed.code, 0, sealed.stdout)
  assert.match(
    sealed.stdout,
    new RegExp(`chained and not signed; the chain ${later}-main, which is signed, names the last of them`),
  )
  const [killed = ''] = (await filesOf('-main-')).filter(name => !name.startsWith(later))
  const lines = (await readFile(join(trail(), killed), 'utf8')).split('\n').slice(0, -1)
  await writeFile(join(trail(), killed), `${lines.slice(0, -1).join('\n')}\n`)
  const shortened = await verify()
  assert.equal(shortened.code, 1)
  assert.match(shortened.stdout, new RegExp(`${killed}:\\d+: number \\d+ of this chain missing at its end`))
})

test('nothing that somebody put into the folder before a start hides an earlier run from it', async () => {
  const tricks = {
    'old.times': async () => {
      for (const name of await filesOf('')) await utimes(join(trail(), name), 0, 0)
    },
    '20991231T000000000Z-1-main-000001.jsonl': (path: string) =>
      writeFile(path, '{"seq":0,"record":{"event":"audit.heads","detail":{"found":[]}}}\n'),
    'a-000001.jsonl': (path: string) => mkdir(path),
  }
  for (const [name, play] of Object.entries(tricks)) {
    await rm(trail(), { recursive: true, force: true })
    const first = await serveAndStop()
    await play(join(trail(), name))
    await serveAndStop()
    await rm(join(trail(), name), { recursive: true, force: true })
    const files = await filesOf(first)
    for (const file of files) await rm(join(trail(), file))
    const { code, stdout } = await verify()
    assert.equal(code, 1, `${name}: ${stdout}`)
    for (const file of files)
      assert.match(stdout, new RegExp(`the chain ${file.replace(/-\d+\.jsonl.*$/, '')} is missing`), `${name}: ${stdout}`)
  }
})
