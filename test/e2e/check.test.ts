import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Diagnostic } from '../../src/catalog/diagnostic.ts'
import { command } from '../harness/command.ts'
import { gatehouse, startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

const made: TemporaryWorkspace[] = []
const workspaceOf = async (files: Record<string, string>) => {
  const workspace = await temporaryWorkspace(files)
  made.push(workspace)
  return workspace
}
after(() => Promise.all(made.map(workspace => workspace.remove())))

const policy = (inbound: string) => `<policies>\n  <inbound>\n${inbound}\n  </inbound>\n</policies>\n`

async function check(path: string): Promise<{ readonly code: number | null; readonly found: readonly Diagnostic[] }> {
  const { code, stdout } = await command(['check', path, '--json'])
  return { code, found: JSON.parse(stdout) }
}

/** `file:line:column code` of each finding, the file as it stands below the folder. */
const places = (found: readonly Diagnostic[], folder: string) =>
  found.map(({ file, line, column, code }) => `${file.slice(file.indexOf(folder) + folder.length + 1)}:${line}:${column} ${code}`)

test('every fault of a workspace is reported at once, each at its place', async () => {
  const workspace = await workspaceOf({
    ...artifactsOf('a', { x: '/x' }),
    'apis/a/policy.xml': policy(
      '    <set-heather name="a" />\n    <set-header nam="a"><value>b</value></set-header>\n    <set-variable name="v" value="@(context.Request.Foo)" />',
    ),
    ...artifactsOf('b', { x: '/x' }),
    'apis/b/apiInformation.json': '{ "properties": { "path": "b", "subscriptionRequired": "maybe" } }',
    'policy.xml': policy('    <include-fragment fragment-id="none" />\n    <set-variable name="n" value="{{missing}}" />'),
  })
  const { code, found } = await check(workspace.folder)
  assert.equal(code, 1)
  const shown = places(
    found.filter(({ severity }) => severity === 'error'),
    workspace.folder,
  )
  for (const place of [
    'apis/a/policy.xml:3:5 policy.unknown',
    'apis/a/policy.xml:4:17 policy.unknown-attribute',
    'apis/a/policy.xml:5:53 CS1061',
    'apis/b/apiInformation.json:1:56 value.type',
    'policy.xml:3:5 policy.fragment',
    'policy.xml:4:35 policy.named-value',
  ])
    assert.ok(shown.includes(place), `${place} is not among:\n${shown.join('\n')}`)
  assert.ok(found.every(({ message }) => message !== ''))
})

test('a loose policy file is checked alone, and what it cannot see is a warning', async () => {
  const workspace = await workspaceOf({
    'loose.xml': policy(
      '    <set-backend-service backend-id="elsewhere" />\n    <include-fragment fragment-id="elsewhere" />\n    <set-variable name="n" value="{{elsewhere}}" />',
    ),
  })
  const { code, found } = await check(`${workspace.folder}/loose.xml`)
  assert.equal(code, 0)
  assert.deepEqual(
    found.map(({ severity, line }) => `${severity} ${line}`),
    ['warning 3', 'warning 4', 'warning 5'],
  )
})

test('a folder of policy files is checked file by file', async () => {
  const workspace = await workspaceOf({ 'good.xml': policy('    <base />'), 'more/bad.xml': policy('    <no-such-policy />') })
  const { code, found } = await check(workspace.folder)
  assert.equal(code, 1)
  assert.deepEqual(places(found, workspace.folder), ['more/bad.xml:3:5 policy.unknown'])
})

test('a warning of the compiler is accepted by name and reason, and levelled, as findings of the linter are', async () => {
  const origins = '<allowed-origins><origin>*</origin></allowed-origins>'
  const keys = 'http://keys.example/openid-configuration'
  const workspace = await workspaceOf({
    'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1 }\nlint:\n  accept: [{ rule: policy.cors-credentials, file: apis/a, reason: a page of ours shows it }]\n  levels: { policy.insecure-url: error }\n`,
    ...artifactsOf('a', { x: '/x' }),
    'apis/a/policy.xml': policy(
      `    <cors allow-credentials="true">${origins}</cors>\n    <validate-jwt header-name="Authorization"><openid-config url="${keys}" /><audiences><audience>a</audience></audiences></validate-jwt>`,
    ),
  })
  const { code, found } = await check(workspace.folder)
  assert.equal(code, 1)
  assert.deepEqual(
    found.map(({ severity, code: what }) => `${severity} ${what}`),
    ['error policy.insecure-url'],
  )
  const served = await gatehouse(['up', workspace.folder])
  assert.equal(served.code, 1)
  assert.match(served.stderr, /error policy\.insecure-url/)
  assert.doesNotMatch(served.stderr, /policy\.cors-credentials/)
})

test('a person sees the line, a mark below the place, and the mend', async () => {
  const workspace = await workspaceOf({ 'bad.xml': policy('    <set-heather name="a" />') })
  const { stdout, stderr, code } = await gatehouse(['check', `${workspace.folder}/bad.xml`])
  assert.equal(code, 1)
  assert.match(
    stdout,
    /bad\.xml:3:5: error policy\.unknown: .*\n {2}3 \| {5}<set-heather name="a" \/>\n {4}\| {5}\^\n {2}mend: did you mean <set-header>\?/,
  )
  assert.match(stderr, /1 error, 0 warnings/)
})

test('what is not there is a usage error', async () => {
  const { code, stderr } = await command(['check', '/no/such/place'])
  assert.equal(code, 2)
  assert.match(stderr, /no \/no\/such\/place/)
})

test('up refuses to start over a fault, and with --serve-valid serves the other APIs', async () => {
  const workspace = await workspaceOf({
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1 }\n',
    ...artifactsOf('good', { x: '/x' }),
    'apis/good/policy.xml': policy('    <return-response><set-status code="204" /></return-response>'),
    ...artifactsOf('bad', { x: '/x' }),
    'apis/bad/policy.xml': policy('    <rate-limt calls="1" />'),
  })
  const refused = await gatehouse(['up', workspace.folder])
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /bad\/policy\.xml:3:5: error policy\.unknown/)
  assert.match(refused.stderr, /--serve-valid/)
  const running = await startGatehouse(workspace.folder, ['--serve-valid'])
  try {
    assert.equal((await fetch(`${running.gateway}/good/x`)).status, 204)
    const faulty = await fetch(`${running.gateway}/bad/x`)
    assert.equal(faulty.status, 503)
    assert.match(await faulty.text(), /policy\.unknown/)
  } finally {
    await running.stop()
  }
})
