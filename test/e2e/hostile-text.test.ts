import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AuditWriter, writerName } from '../../src/audit/audit-writer.ts'
import { madeRecord } from '../../src/audit/testing/made-record.ts'
import { main } from '../../src/cli/main.ts'
import { grantsFile, SqliteGrants } from '../../src/store/sqlite-grants.ts'
import { command } from '../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { gatehouse, type Running, startGatehouse } from '../harness/gatehouse.ts'
import { RawClient } from '../harness/serve-catalog.ts'
import { artifactsOf, copyOfDemo, type TemporaryWorkspace } from '../harness/workspace.ts'

/** Clears the screen, names the window, goes to a line of its own that looks like a record, and turns the text around. */
const hostile =
  '\u001b[2J\u001b[H\u001b]0;pwned\u0007\u009b31m evil\u202e \u2028\r\n2026-11-25T16:00:00Z  200 allowed  GET /articles/  1 ms'
const forged = /^2026-11-25T16:00:00Z/m

let backend: EchoBackend
let demo: TemporaryWorkspace
let log: string

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = [
  part({ alg: 'RS256', typ: 'JWT', kid: hostile }),
  part({ preferred_username: hostile, upn: hostile, oid: hostile, appid: hostile, roles: [hostile], iss: hostile, aud: hostile }),
  'c2lnbmF0dXJl',
].join('.')

const policies = (inbound: string) =>
  `<policies><inbound><base />${inbound}<return-response /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`
const said = '@(context.Request.Url.Query.GetValueOrDefault("say", ""))'

before(async () => {
  backend = await startEchoBackend()
  demo = await copyOfDemo(backend.address)
  const files = {
    ...artifactsOf('gate', { parameters: '/parameters', content: 'POST /content', said: '/said', team: '/team' }),
    'apis/gate/operations/parameters/policy.xml': policies(
      '<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="prevent" />',
    ),
    'apis/gate/operations/content/policy.xml': policies(
      '<validate-content unspecified-content-type-action="prevent" max-size="2000" size-exceeded-action="prevent"><content type="application/json" validate-as="json" schema-id="pet" action="prevent" /></validate-content>',
    ),
    'apis/gate/operations/said/policy.xml': policies(`<trace source="said"><message>${said}</message></trace>`),
    'apis/gate/operations/team/policy.xml': policies(
      '<check-header name="X-Team" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true"><value>red</value></check-header>',
    ),
    'schemas/pet/schemaInformation.json': JSON.stringify({
      properties: { schemaType: 'json', document: { type: 'object', additionalProperties: false } },
    }),
  }
  for (const [file, text] of Object.entries(files)) await demo.write(file, text)
  await demo.edit(
    'gatehouse.yaml',
    text => `${text}\ngrants: { approvers: [publishers] }\naudit: { keepCalls: { denied: true, sample: 1 } }\n`,
  )
  const running = await startGatehouse(demo.folder)
  await callAll(running)
  await running.stop()
  log = running.log()
  await grantOnRecord()
})
after(async () => {
  await backend?.close()
  await demo?.remove()
})

async function callAll({ gateway }: Running): Promise<void> {
  const call = async (path: string, init: RequestInit = {}) => (await fetch(gateway + path, init)).status
  assert.equal(await call('/articles/', { headers: { authorization: `Bearer ${token}` } }), 401)
  assert.equal(await call(`/gate/parameters?${encodeURIComponent(`zz${hostile}`)}=1`), 400)
  const headers = { 'content-type': 'application/json' }
  assert.equal(await call('/gate/content', { method: 'POST', headers, body: JSON.stringify({ [hostile]: 1 }) }), 400)
  assert.equal(await call(`/gate/said?say=${encodeURIComponent(hostile)}`), 200)
  // bytes that fetch does not send: of a header's value, and of a path
  await raw(gateway, '/gate/team', 'X-Team: \u009b31m\u0085red\tblue')
  await raw(gateway, '/gate/\u009b31m/a;=HYPERLINK(1)', 'X-\u009b: 1')
  await raw(gateway, '/articles/a;=HYPERLINK(1)', 'X-Team: x')
}

async function raw(gateway: string, path: string, header: string): Promise<void> {
  const client = await RawClient.open(Number(new URL(gateway).port))
  client.send(`GET ${path} HTTP/1.1\r\nHost: x\r\n${header}\r\nConnection: close\r\n\r\n`)
  await client.ended()
}

/** As an earlier version, or whoever else writes where grants lie, may have left it. */
async function grantOnRecord(): Promise<void> {
  const state = join(demo.folder, '.gatehouse')
  const holder = { objectId: hostile, name: hostile }
  const scope = { kind: 'api', name: 'articles' } as const
  const grants = new SqliteGrants(grantsFile(state))
  const asked = { requestedAt: Date.now(), duration: 60_000, state: 'requested' } as const
  await grants.add({ id: 'g1', holder, role: hostile, scope, reason: hostile, ...asked })
  await grants.close()
  const audit = new AuditWriter({ folder: join(state, 'audit'), writer: writerName('grants') })
  const detail = { grant: 'g1', holder: hostile, role: hostile, reason: hostile, files: [hostile] }
  audit.write({ event: 'grant.requested', time: new Date().toISOString(), by: hostile, detail })
  const caller = { issuer: 'https://issuer.example', objectId: hostile, userPrincipalName: hostile }
  audit.write(
    madeRecord(1, { caller, path: '/articles/', api: 'articles', decision: 'refused', reason: 'token.role', status: 403 }),
  )
  await audit.close()
}

/** Line ends alone may move a terminal, and nothing may turn a text around; what stands in a line began none of its own. */
function assertPrintable(text: string, what: string): void {
  assert.deepEqual(text.replaceAll('\n', '').match(/[\p{Cc}\p{Cf}\u2028\u2029]/gu), null, `${what}: ${JSON.stringify(text)}`)
  assert.doesNotMatch(text, forged, what)
}

async function printed(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await command(args)
  assertPrintable(stdout, args.join(' '))
  assertPrintable(stderr, `${args.join(' ')}, standard error`)
  return stdout
}

const shown = '\\u001b[2J\\u001b[H\\u001b]0;pwned\\u0007\\u009b31m evil\\u202e \\u2028\\r\\n2026'

test('records show what callers chose, and no terminal obeys it', async () => {
  const query = await printed('audit', 'query', demo.folder)
  assert.ok(query.includes(`caller    ${shown}`), query)
  assert.match(query, /\\u009b31m/)
  const json = await printed('audit', 'query', demo.folder, '--json')
  const records = json
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { caller?: { userPrincipalName?: string } }) // the command's documented form
  assert.ok(records.some(({ caller }) => caller?.userPrincipalName === hostile))
})

test('CSV shows it so, too, with a line for each record and no formula', async () => {
  const { stdout, stderr } = await command(['audit', 'query', demo.folder, '--csv'])
  assertPrintable(stdout.replaceAll('\r\n', '\n') + stderr, 'CSV')
  assert.ok(stdout.includes(`${shown}`), stdout)
  assert.match(stdout, /,"\/articles\/a;'=HYPERLINK\(1\)",/)
})

test('the process itself writes what the command does', async () => {
  const { stdout, stderr } = await gatehouse(['audit', 'query', demo.folder])
  assertPrintable(stdout + stderr, 'audit query')
  assert.ok(stdout.includes(shown))
})

test('events, grants, explanations and replays show what askers and callers chose', async () => {
  assert.ok((await printed('audit', 'events', demo.folder)).includes(`by ${shown}`))
  await printed('audit', 'events', demo.folder, '--json')
  assert.ok((await printed('grant', 'list', demo.folder)).includes(shown))
  await printed('grant', 'list', demo.folder, '--json')
  const call = ['explain', demo.folder, '--url', '/articles/', '--token', token]
  assert.ok((await printed(...call)).includes(shown))
  await printed(...call, '--json')
  await printed('access', demo.folder, '--token', token)
  await printed('audit', 'verify', demo.folder)
  const [past = ''] = [
    ...(await printed('audit', 'query', demo.folder, '--api', 'articles', '--json')).matchAll(/"requestId":"([^"]+)"/g),
  ].map(([, id]) => id)
  await printed('explain', demo.folder, '--request-id', past)
})

test('a replay lists calls by callers who chose their names', async () => {
  const open = await copyOfDemo(backend.address)
  try {
    await open.write('apis/articles/policy.xml', policies(''))
    const replay = ['replay', open.folder, '--trail', join(demo.folder, '.gatehouse')]
    await printed(...replay, '--json')
    const changes = await printed(...replay)
    assert.ok(changes.includes(`now allowed  GET /articles/  ${shown}`), changes)
  } finally {
    await open.remove()
  }
})

test('an exported directory is a file as it stands, and a terminal is shown what is hidden in it', async () => {
  await demo.edit('directory.yaml', text => `# one \u{1f468}\u200d\u{1f469} and \u202e\u001b\n${text}`)
  const exported = await command(['directory', 'export', demo.folder])
  assert.equal(exported.stdout, await demo.read('directory.yaml'))
  let seen = ''
  const write = (text: string) => (seen += text)
  const io = { stderr: { write }, stdin: process.stdin, env: {}, cwd: demo.folder }
  assert.equal(await main(['directory', 'export', demo.folder], { ...io, stdout: { write, isTTY: true } }), 0)
  assertPrintable(seen, 'directory export')
  assert.match(seen, /^# one .*\\u200d.* and \\u202e\\u001b\n/)
})

test('what callers chose stays in the line of the log that tells of it', () => {
  assertPrintable(log, 'log')
  const lines = (pattern: RegExp) => log.split('\n').filter(line => pattern.test(line))
  assert.match(lines(/ validate-parameters: /).join('\n'), /zz\\u001b\[2J.*\(request /)
  assert.match(lines(/ validate-content: /).join('\n'), /\\u001b\[2J.*\(request /)
  assert.match(lines(/ said: /).join('\n'), /evil\\u202e \\u2028\\r\\n2026-11-25T16:00:00Z .*\(request /)
})

test('policy tests and checks show names and values that their authors chose', async () => {
  const files = {
    'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0 }\n',
    ...artifactsOf('gate', { team: '/team' }, { displayName: hostile }),
    'apis/gate/operations/team/policy.xml': policies(`<set-header name="\u202e" exists-action="no\u001b"/>`),
  }
  for (const [file, text] of Object.entries(files)) await demo.write(`other/${file}`, text)
  assert.match(await printed('check', join(demo.folder, 'other')), /\\u202e/)
  await demo.write('other/apis/gate/operations/team/policy.xml', policies('<set-header name="X"><value>a</value></set-header>'))
  const name = JSON.stringify(hostile)
  await demo.write(
    'other/a.test.yaml',
    `tests:\n  - name: ${name}\n    request: { method: GET, url: /gate/team }\n    expect: { status: 201, headers: { X: ${name} } }\n`,
  )
  const spec = await printed('test', join(demo.folder, 'other'))
  assert.ok(spec.includes(`✗ ${shown}`), spec)
  for (const reporter of ['tap', 'junit', 'json']) await printed('test', join(demo.folder, 'other'), '--reporter', reporter)
})
