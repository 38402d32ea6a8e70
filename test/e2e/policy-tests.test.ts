import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { command } from '../harness/command.ts'
import { gatehouse, spawnGatehouse } from '../harness/gatehouse.ts'
import { copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

let demo: TemporaryWorkspace
let file: string

before(async () => {
  demo = await copyOfDemo('http://127.0.0.1:9')
  file = join(demo.folder, 'tests', 'mine.test.yaml')
})
after(() => demo?.remove())

const schema = JSON.parse(readFileSync(new URL('../../docs/schemas/policy-tests.schema.json', import.meta.url), 'utf8'))
const read = { caller: '{ claims: { roles: [readers], tid: 5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10 } }', url: '/articles/' }
const testOf = (name: string, expect: string) =>
  `  - { name: '${name}', caller: ${read.caller}, request: { url: ${read.url} }, backend: { body: [1] }, expect: ${expect} }\n`

test('the demo’s tests and those of the page are what the published schema says', () => {
  const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(schema)
  const page = readFileSync(new URL('../../docs/policy-tests.md', import.meta.url), 'utf8')
  const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? ''
  const roles = readFileSync(join(demo.folder, 'tests', 'roles.test.yaml'), 'utf8')
  for (const text of [example, roles, `tests:\n${testOf('a', '{ status: 200 }')}`])
    assert.ok(validate(parse(text)), JSON.stringify(validate.errors))
  assert.ok(!validate(parse(`tests:\n${testOf('a', '{ statsu: 200 }')}`)))
})

test('the demo’s tests run every policy and branch', async () => {
  rmSync(file, { force: true })
  const { code, stderr } = await gatehouse(['test', demo.folder, '--coverage', '--min-coverage', '100'])
  assert.equal(code, 0, stderr)
  assert.match(stderr, /100 % {2}(\d+) of \1 policies and branches ran/)
})

test('too little coverage fails, and says which policy never ran', async () => {
  const args = ['test', demo.folder, '--filter', 'nobody gets in', '--min-coverage', '100']
  const { code, stderr } = await gatehouse(args)
  assert.equal(code, 1)
  assert.match(stderr, /line \d+: rate-limit-by-key never ran/)
})

test('results are told as TAP and as JUnit XML', async () => {
  writeFileSync(file, `tests:\n${testOf('mine < good', '{ status: 200 }')}${testOf('mine bad', '{ status: 418 }')}`)
  const tap = await command(['test', demo.folder, '--filter', 'mine', '--reporter', 'tap'])
  assert.equal(tap.code, 1)
  assert.match(tap.stdout, /^TAP version 14\nok 1 - mine < good\n/)
  assert.match(tap.stdout, /not ok 2 - mine bad\n {2}---\n[\s\S]*- "status: expected 418, got 200"\n {2}\.\.\.\n1\.\.2\n$/)
  const junit = await command(['test', demo.folder, '--filter', 'mine', '--reporter', 'junit'])
  assert.match(junit.stdout, /<testsuites tests="2" failures="1"/)
  assert.match(junit.stdout, /<testcase name="mine &lt; good"[^>]* \/>/)
  assert.match(junit.stdout, /<failure message="status: expected 418, got 200">/)
})

test('a snapshot is kept by the first run, compared by the next and renewed when asked', async () => {
  const write = (body: string) =>
    writeFileSync(file, `tests:\n${testOf('mine', '{ snapshot: true }').replace('body: [1]', `body: ${body}`)}`)
  const run = async (...more: string[]) => (await command(['test', demo.folder, '--filter', 'mine', ...more])).code
  write('[1]')
  assert.equal(await run(), 0)
  assert.match(readFileSync(`${file}.snapshots.json`, 'utf8'), /"body": "\[1\]"/)
  write('[2]')
  assert.equal(await run(), 1)
  assert.equal(await run('--update'), 0)
  assert.equal(await run(), 0)
})

test('a test that fails otherwise keeps no snapshot', async () => {
  writeFileSync(file, `tests:\n${testOf('mine wrong', '{ status: 418, snapshot: true }')}`)
  rmSync(`${file}.snapshots.json`, { force: true })
  assert.equal((await command(['test', demo.folder, '--filter', 'mine'])).code, 1)
  assert.ok(!existsSync(`${file}.snapshots.json`))
})

test('a policy that stands nowhere is an error with its place, and no test runs', async () => {
  writeFileSync(file, `tests:\n${testOf('mine', '{ notRan: [validate-azure-ad-tokn] }')}`)
  const { code, stdout, stderr } = await command(['test', demo.folder, '--filter', 'mine'])
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(
    stderr,
    /mine\.test\.yaml:2:\d+: error reference\.unknown: .*\n[\s\S]*mend: did you mean 'validate-azure-ad-token'\?/,
  )
})

test('while watching, a change of a policy runs the tests again', async () => {
  writeFileSync(file, `tests:\n${testOf('mine', '{ status: 200 }')}`)
  const policy = join(demo.folder, 'apis', 'articles', 'policy.xml')
  const running = spawnGatehouse(['test', demo.folder, '--filter', 'mine', '--watch'])
  await running.logged(/watching for changes/)
  const text = readFileSync(policy, 'utf8')
  writeFileSync(
    policy,
    text.replace('<inbound>', '<inbound><return-response><set-status code="418" reason="I" /></return-response>'),
  )
  await running.logged(/0 of 1 test passed/)
  writeFileSync(policy, text)
  await running.logged(/0 of 1 test passed[\s\S]*1 of 1 test passed/)
  assert.equal(await running.stop(), 0)
})

test('a thousand tests take less than ten seconds', async () => {
  mkdirSync(join(demo.folder, 'tests'), { recursive: true })
  const tests = Array.from({ length: 1000 }, (_, i) =>
    testOf(`mine ${i}`, '{ status: 200, reason: allowed, json: { "$[0]": 1 } }'),
  )
  writeFileSync(file, `tests:\n${tests.join('')}`)
  const began = performance.now()
  const { code, stderr } = await command(['test', demo.folder, '--filter', 'mine', '--coverage'])
  assert.equal(code, 0, stderr)
  assert.ok(performance.now() - began < 10_000, `${Math.round(performance.now() - began)} ms`)
})

test('a filter that fits no test says so', async () => {
  const { code, stderr } = await command(['test', demo.folder, '--filter', 'no-such-name'])
  assert.equal(code, 2)
  assert.match(stderr, /of \d+ tests in .* none has "no-such-name" in its name/)
})
