import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { command } from '../harness/command.ts'
import { gatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, copyOfDemo, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'

let demo: TemporaryWorkspace
let changed: TemporaryWorkspace

before(async () => {
  demo = await copyOfDemo('http://127.0.0.1:9')
  changed = await copyOfDemo('http://127.0.0.1:9')
  await changed.edit('apis/articles/operations/publish-article/policy.xml', text => text.replace('<value>publishers</value>', ''))
})
after(async () => {
  await demo?.remove()
  await changed?.remove()
})

test('a folder that holds no workspace is none in which nobody may do anything', async () => {
  const nothing = await temporaryWorkspace({ 'notes/readme.txt': 'none' })
  const [name] = nothing.folder.split('/').slice(-1)
  try {
    for (const args of [
      ['access', nothing.folder],
      ['access', 'diff', nothing.folder, demo.folder],
      ['access', 'diff', demo.folder, nothing.folder],
      ['up', nothing.folder],
      ['replay', demo.folder, '--base', nothing.folder],
    ]) {
      const { code, stdout, stderr } = await command(args)
      assert.deepEqual([code, stdout], [2, ''], args.join(' '))
      assert.match(stderr, new RegExp(`${name} holds no workspace: neither gatehouse.yaml nor`))
    }
  } finally {
    await nothing.remove()
  }
})

test('without a folder, a command is about the workspace that its caller stands in', async () => {
  const own = await temporaryWorkspace({ 'gatehouse.yaml': 'gateway: { workers: 1 }', ...artifactsOf('mine', { x: '/x' }) })
  try {
    const { stdout } = await command(['access'], { cwd: own.folder })
    assert.match(stdout, /GET \/mine\/x/)
    const { stdout: demos } = await command(['access'], { cwd: join(own.folder, 'apis') })
    assert.match(demos, /articles/)
  } finally {
    await own.remove()
  }
})

test('what a user may do is tried with the token that the directory gives them', async () => {
  const { code, stdout, stderr } = await gatehouse(['access', demo.folder, '--as', 'rita@gazette.onmicrosoft.com'])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /✓ GET {4}\/articles\/$/m)
  assert.match(stdout, /✗ POST {3}\/articles\/ +token\.role roles: one of publishers, admins/)
  assert.match(stderr, /2 of 4 calls get through/)
})

test('what an application may do is tried as well, and somebody unknown is a wrong command line', async () => {
  const archive = await command(['access', demo.folder, '--as', 'Archive Service', '--json'])
  const table = JSON.parse(archive.stdout) as { may: boolean }[] // the command's documented form
  assert.equal(table.filter(({ may }) => may).length, 4)
  assert.equal((await command(['access', demo.folder, '--as', 'nobody@example.org'])).code, 2)
})

test('the difference of two folders is a line for whoever gains or loses, and exits 1', async () => {
  const { code, stdout } = await command(['access', 'diff', demo.folder, changed.folder])
  assert.equal(code, 1)
  assert.equal(stdout, '- role publishers loses POST /articles/\n')
  assert.equal((await command(['access', 'diff', demo.folder, demo.folder])).code, 0)
})

test('the difference to a git revision shows what a pull request changes', async () => {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: changed.folder, stdio: 'pipe' })
  git('init', '--quiet')
  git('add', '.')
  git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--message', 'first')
  const fresh = await gatehouse(['access', 'diff', 'HEAD', '.'], { cwd: changed.folder })
  assert.equal(fresh.code, 0, fresh.stderr)
  await changed.edit('apis/articles/operations/list-articles/policy.xml', text => text.replace('<value>readers</value>', ''))
  const { code, stdout, stderr } = await command(['access', 'diff', 'HEAD', '.'], { cwd: changed.folder })
  assert.equal(code, 1, stderr)
  assert.equal(stdout, '- role readers loses GET /articles/\n')
  assert.equal((await command(['access', 'diff', 'no-such-revision', '.'], { cwd: changed.folder })).code, 2)
})

const guardOf = (
  claims: string,
) => `<validate-azure-ad-token tenant-id="5f1c2a54-8f0e-4d1b-9f6a-2f5d4c7b9e10" output-token-variable-name="jwt">
  <audiences><audience>8d1f7c3e-6a52-4b0d-9c1e-5e7a3f2b4d60</audience></audiences>${claims}
</validate-azure-ad-token>`

const guarded = (claims: string, more = '') => `<policies><inbound><base />
${guardOf(claims)}${more}
</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`

const roles = (match: string, ...values: readonly string[]) =>
  `<required-claims><claim name="roles" match="${match}">${values.map(value => `<value>${value}</value>`).join('')}</claim></required-claims>`

const onlyFor = (name: string) =>
  guarded(
    '',
    `<choose><when condition='@(((Jwt)context.Variables["jwt"]).Claims["preferred_username"][0].StartsWith("${name}"))'><set-method>GET</set-method></when>
<otherwise><return-response><set-status code="403" reason="No" /></return-response></otherwise></choose>`,
  )

async function addApi(to: TemporaryWorkspace, name: string, policy: string, more: object = {}): Promise<void> {
  for (const [file, text] of Object.entries(artifactsOf(name, { get: '/x' }, more))) await to.write(file, text)
  await to.write(`apis/${name}/policy.xml`, policy)
}

test('sets of roles and conditions are tried; versions and revisions, roles that nobody declares and certain refusals are shown', async () => {
  const many = await copyOfDemo('http://127.0.0.1:9')
  try {
    await addApi(many, 'both', guarded(roles('all', 'readers', 'admins')))
    await addApi(many, 'rita', onlyFor('rita'))
    await addApi(many, 'tess', onlyFor('tess'))
    const ten = Array.from({ length: 10 }, (_, i) => `r${i}`)
    await addApi(many, 'sets', guarded(roles('any', ...ten), guardOf(roles('any', 'readers'))))
    await addApi(many, 'typo', guarded(roles('any', 'raeders')))
    await addApi(
      many,
      'shut',
      guarded(roles('any', 'readers'), '<return-response><set-status code="403" reason="No" /></return-response>'),
    )
    const readers = guarded(roles('any', 'readers'))
    await addApi(many, 'both;rev=2', readers, { path: 'both', apiRevision: '2', isCurrent: false })
    for (const scheme of ['Segment', 'Header']) {
      const named = { versioningScheme: scheme, ...(scheme === 'Header' ? { versionHeaderName: 'Api-Version' } : {}) }
      const set = `by-${scheme.toLowerCase()}`
      await many.write(
        `version sets/${set}/versionSetInformation.json`,
        JSON.stringify({ properties: { displayName: set, ...named } }),
      )
      await addApi(many, `${set}-v1`, readers, { path: set, apiVersion: 'v1', apiVersionSetId: `/apiVersionSets/${set}` })
    }
    const { stdout, stderr } = await command(['access', many.folder])
    const lines = stdout.split('\n').map(line => line.trim().replace(/ {2,}/g, '  '))
    for (const line of [
      'GET  /both/x  roles: all of readers, admins → roles admins + readers',
      'GET  /both;rev=2/x  roles: readers',
      'GET  /by-segment/v1/x  roles: readers',
      'GET  /by-header/x (Api-Version: v1)  roles: readers',
      'GET  /rita/x  anyone with a valid token; a condition decides → user rita@gazette.onmicrosoft.com',
      'GET  /tess/x  anyone with a valid token; a condition decides → who gets in cannot be told by role or group',
      'GET  /typo/x  roles: raeders; no application declares the role raeders',
      'GET  /shut/x  nobody can reach this; roles: readers; return-response answers every call',
    ])
      assert.ok(lines.includes(line), `${line}\n${stdout}${stderr}`)
    assert.match(
      stdout,
      /\/sets\/x .* → roles r0 \+ readers, .*, roles r7 \+ readers and 2 more; no application declares the roles r0, /,
    )
    assert.match(stderr, /nobody can reach 1 of them; no application declares a role that 2 of them want$/m)
    const table = JSON.parse((await command(['access', many.folder, '--json'])).stdout) as Record<string, unknown>[] // the documented form
    const told = (api: string) => {
      const row = table.find(one => one.api === api)
      return [row?.may, row?.reach, row?.undeclaredRoles]
    }
    assert.deepEqual(told('both'), [['roles admins + readers'], 'known', []])
    assert.deepEqual(told('tess'), [[], 'unknown', []])
    assert.deepEqual(told('typo'), [['role raeders'], 'known', ['raeders']])
    assert.deepEqual(told('shut'), [[], 'nobody', []])
    assert.ok(!existsSync(join(many.folder, '.gatehouse')), 'the matrix writes nothing')
    const as = await command(['access', many.folder, '--as', 'rita@gazette.onmicrosoft.com'])
    assert.match(as.stdout, /✓ GET +\/by-segment\/v1\/x\n/)
    assert.match(as.stdout, /✓ GET +\/by-header\/x \(Api-Version: v1\)\n/)
    assert.match(as.stdout, /✗ GET +\/tess\/x +policy\.returned-response\n/)
  } finally {
    await many.remove()
  }
})

test('sets of roles gain and lose; a condition that changed is a line where nobody known shows whom it lets in', async () => {
  const [old, now] = [await copyOfDemo('http://127.0.0.1:9'), await copyOfDemo('http://127.0.0.1:9')]
  try {
    await addApi(old, 'both', guarded(roles('all', 'readers', 'admins')))
    await addApi(now, 'both', guarded(roles('all', 'publishers', 'admins')))
    await addApi(old, 'named', onlyFor('rita'))
    await addApi(now, 'named', onlyFor('paul'))
    await addApi(old, 'others', onlyFor('tess'))
    await addApi(now, 'others', onlyFor('theo'))
    const { code, stdout } = await command(['access', 'diff', old.folder, now.folder])
    assert.equal(code, 1)
    assert.deepEqual(stdout.trimEnd().split('\n'), [
      '+ roles admins + publishers gains GET /both/x',
      '- roles admins + readers loses GET /both/x',
      '+ user paul@gazette.onmicrosoft.com gains GET /named/x',
      '- user rita@gazette.onmicrosoft.com loses GET /named/x',
      '? a condition changes: who gains or loses GET /others/x cannot be told by role or group',
    ])
    const json = JSON.parse((await command(['access', 'diff', old.folder, now.folder, '--json'])).stdout) as unknown[]
    assert.deepEqual(json.at(-1), {
      kind: 'condition',
      principal: null,
      api: 'others',
      operation: 'get',
      method: 'GET',
      path: '/others/x',
      product: null,
      opensToAll: false,
    })
  } finally {
    await old.remove()
    await now.remove()
  }
})

test('an option that is not there is refused with where those that are stand', async () => {
  const { code, stderr } = await command(['access', '--bogus'])
  assert.equal(code, 2)
  assert.match(stderr, /^gatehouse access: Unknown option '--bogus'; "gatehouse access --help" lists the options/)
})
