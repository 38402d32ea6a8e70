import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SaxesParser } from 'saxes'
import { loadFiles, openApi } from '../testing/temporary-workspace.ts'
import { operationPolicy, tokenPolicy } from './access-policy.ts'
import { element, writeXml } from './xml-writer.ts'

const tenant = '7f3d0000-0000-4000-8000-000000000001'
const colors = (more: string) => `identity: { tenant: ${tenant} }
apis:
  colors:
    openapi: ./colors.json
    backend: http://127.0.0.1:9000
${more}`
const spec = { 'colors.json': openApi('GET /random', 'POST /reset', 'GET /colors/{name}') }
const directory = {
  'directory.yaml': `tenant: { id: ${tenant} }
groups: [{ displayName: Painters, id: 11111111-1111-4111-8111-111111111111 }]
applications:
  - displayName: Colors
    appId: 22222222-2222-4222-8222-222222222222
    identifierUris: [api://colors]
    appRoles: [{ value: Members }, { value: Admins }]
`,
}
const withDirectory = (yaml: string) => yaml.replace(`tenant: ${tenant}`, 'directory: directory.yaml')

/** The policy's elements as `name` or `name=text`, in their order. */
function outline(text: string | undefined): readonly string[] {
  const found: string[] = []
  let content = ''
  const parser = new SaxesParser()
  parser.on('opentag', () => {
    content = ''
  })
  parser.on('text', piece => {
    content += piece
  })
  parser.on('closetag', ({ name }) => {
    found.push(content.trim() === '' ? name : `${name}=${content}`)
    content = ''
  })
  parser.write(text ?? '').close()
  return found
}

test('an API of the short form is an API like any other', async t => {
  const { catalog, faults } = await loadFiles(t, { ...spec, 'gatehouse.yaml': colors('    path: /paint/\n') })
  assert.deepEqual(faults, [])
  const [api] = catalog.apis
  assert.deepEqual(
    [api?.name, api?.path, api?.serviceUrl, api?.subscriptionRequired, api?.policy, api?.operations.map(({ name }) => name)],
    ['colors', 'paint', 'http://127.0.0.1:9000', false, undefined, ['get-random', 'post-reset', 'get-colors-name']],
  )
})

test('access by role becomes required claims, and what no entry names is denied', async t => {
  const access =
    "    audience: api://colors\n    access:\n      Members: ['GET /random']\n      Admins: ['GET /random', 'get /colors/{any}']\n"
  const { catalog, faults } = await loadFiles(t, { ...spec, 'gatehouse.yaml': colors(access) })
  assert.deepEqual(faults, [])
  const [random, reset, named] = catalog.apis[0]?.operations ?? []
  assert.ok(
    outline(random?.policy?.text).join().includes('value=Members,value=Admins,claim,required-claims,validate-azure-ad-token'),
  )
  assert.ok(outline(reset?.policy?.text).includes('return-response'))
  assert.ok(!outline(reset?.policy?.text).includes('validate-azure-ad-token'))
  assert.ok(outline(named?.policy?.text).join().includes('value=Admins,claim'))
  assert.deepEqual(outline(catalog.apis[0]?.policy?.text).slice(0, 4), [
    'base',
    'audience=api://colors',
    'audiences',
    'validate-azure-ad-token',
  ])
})

test("'*' stands for every operation, an operation can be named, and one entry needs no list", async t => {
  const access = "    audience: api://colors\n    access: { Admins: '*', Members: get-random, All: '* /reset' }\n"
  const { catalog, faults } = await loadFiles(t, { ...spec, 'gatehouse.yaml': colors(access) })
  assert.deepEqual(faults, [])
  const values = catalog.apis[0]?.operations.map(({ policy }) => outline(policy?.text).filter(item => item.startsWith('value=')))
  assert.deepEqual(values, [['value=Admins', 'value=Members'], ['value=Admins', 'value=All'], ['value=Admins']])
})

test("a group's name or id asks for the groups claim, an audience of the directory for both of its forms", async t => {
  const access =
    "    audience: api://colors\n    access:\n      painters: ['GET /random', 'POST /reset']\n      Admins: ['POST /reset']\n      33333333-3333-4333-8333-333333333333: ['GET /random']\n"
  const { catalog, faults } = await loadFiles(t, { ...spec, ...directory, 'gatehouse.yaml': withDirectory(colors(access)) })
  assert.deepEqual(faults, [])
  const [random, reset] = catalog.apis[0]?.operations ?? []
  assert.deepEqual(
    outline(random?.policy?.text).filter(item => item.startsWith('value=')),
    ['value=11111111-1111-4111-8111-111111111111', 'value=33333333-3333-4333-8333-333333333333'],
  )
  assert.ok(random?.policy?.text.includes('<claim name="groups" match="any">'))
  // A role or a group cannot be said with required claims, which must all hold.
  assert.match(
    reset?.policy?.text ?? '',
    /<when condition="@\(!\([^"]*11111111-[^"]*\)\)">\s*<validate-azure-ad-token [\s\S]*<value>Admins<\/value>[\s\S]*<\/when>/,
  )
  assert.deepEqual(
    outline(catalog.apis[0]?.policy?.text).filter(item => item.startsWith('audience=')),
    ['audience=api://colors', 'audience=22222222-2222-4222-8222-222222222222'],
  )
})

test('faults of the short form have their places', async t => {
  const yaml = `identity: { directory: directory.yaml }
apis:
  colors:
    openapi: ./colors.json
    backend: nowhere
    audiance: api://colors
    audience: api://colors
    access:
      Member: ['GET /random']
      Members:
        - GET /randon
        - get-rando
  other: { openapi: gone.yaml, backend: 'http://b', access: { A: ['*'] } }
`
  const { faults, diagnostics } = await loadFiles(t, { ...spec, ...directory, 'gatehouse.yaml': yaml })
  assert.deepEqual(faults, [
    'gatehouse.yaml:6:5 error key.unknown',
    'gatehouse.yaml:5:14 error value.format',
    'gatehouse.yaml:9:7 warning access.roleUndeclared',
    'gatehouse.yaml:11:11 error access.operationUnknown',
    'gatehouse.yaml:12:11 error access.operationUnknown',
    'gatehouse.yaml:13:21 error file.missing',
    'gatehouse.yaml:13:10 error access.audienceMissing',
  ])
  assert.deepEqual(
    diagnostics.slice(2, 5).map(({ mend }) => mend),
    ["did you mean 'Members'?", "did you mean 'GET /random'?", "did you mean 'get-random'?"],
  )
})

test('without a tenant tokens cannot be checked, which is said', async t => {
  const yaml = colors('    audience: api://colors\n').replace(/^identity.*\n/, '')
  assert.deepEqual((await loadFiles(t, { ...spec, 'gatehouse.yaml': yaml })).faults, [
    'gatehouse.yaml:5:15 error access.tenantMissing',
  ])
})

test('an API of the short form and one of the artifacts cannot share a name', async t => {
  const { faults } = await loadFiles(t, {
    ...spec,
    'gatehouse.yaml': colors('    path: other\n'),
    'apis/colors/apiInformation.json': { properties: { path: 'colors' } },
    'apis/colors/specification.json': openApi(),
  })
  assert.deepEqual(faults, ['gatehouse.yaml:1:1 error name.duplicate'])
})

test('whatever names are used, the policy stays well-formed and says them unchanged', () => {
  const nasty = `a"b<c>&d' @(1) {{x}} \\ "); return`
  const rule = { tenant, audiences: [nasty], scopes: [nasty] }
  for (const text of [tokenPolicy(rule), operationPolicy(rule, { roles: [nasty], groups: [] })]) {
    assert.ok(outline(text).some(item => item === `audience=${nasty}` || item === `value=${nasty}`))
  }
  const mixed = operationPolicy(rule, { roles: ['r'], groups: [nasty] })
  const condition = /condition="([^"]*)"/.exec(mixed)?.[1] ?? ''
  assert.ok(!condition.includes(nasty.slice(0, 4)))
  assert.ok(condition.includes(String.raw`a\u0022b\u003cc\u003e\u0026d`))
})

test('the writer escapes what XML would change', () => {
  assert.equal(writeXml(element('a', { b: 'x\n"<&' }, '1 < 2 & 3')), '<a b="x&#10;&quot;&lt;&amp;">1 &lt; 2 &amp; 3</a>\n')
})
