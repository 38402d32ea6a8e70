import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const include = (id: string) => `<include-fragment fragment-id="${id}" />`
const places = (around: Parameters<typeof faultsOf>[1], inbound: string) =>
  faultsOf({ inbound }, around).map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`)

test('a fragment runs where it is included, fragments inside it too', async () => {
  const fragments = {
    outer: `<fragment>${include('inner')}<set-variable name="b" value="2" /></fragment>`,
    inner: '<fragment><set-variable name="a" value="{{one}}" /></fragment>',
  }
  const { ctx } = await runPolicies({ inbound: include('outer') }, {}, {}, { fragments, namedValues: { one: '1' } })
  assert.deepEqual(
    [...ctx.variables],
    [
      ['a', '1'],
      ['b', '2'],
    ],
  )
})

test('what a fragment refuses is on the record with its own file and the scope that includes it', async () => {
  const fragments = {
    team: '<fragment>\n<check-header name="A" failed-check-httpcode="400" failed-check-error-message="no" ignore-case="true" /></fragment>',
  }
  const { decidedBy } = await runPolicies({ inbound: include('team') }, {}, {}, { fragments })
  assert.deepEqual(decidedBy, {
    policy: 'check-header',
    scope: 'api',
    section: 'inbound',
    file: 'policy fragments/team/policy.xml',
    line: 2,
  })
})

test('a fragment is checked as what stands at its place', () => {
  const fragments = { out: '<fragment><forward-request /></fragment>' }
  assert.deepEqual(places({ fragments }, include('out')), ['policy fragments/out/policy.xml:1:11 policy.wrong-section'])
})

test('a fragment inside a fragment runs, and a warning says that API Management refuses it', () => {
  const fragments = { outer: `<fragment>${include('inner')}</fragment>`, inner: '<fragment />' }
  assert.deepEqual(places({ fragments }, include('outer')), ['policy fragments/outer/policy.xml:1:11 policy.nested-fragment'])
})

test('a missing fragment and a cycle of fragments are faults', () => {
  assert.deepEqual(places({}, include('none')), ['policy.xml:3:1 policy.fragment'])
  const fragments = { a: `<fragment>${include('b')}</fragment>`, b: `<fragment>${include('a')}</fragment>` }
  const found = faultsOf({ inbound: include('a') }, { fragments })
  assert.ok(found.some(({ code, message }) => code === 'policy.fragment-cycle' && message.endsWith('a → b → a')))
  assert.ok(found.every(({ code, severity }) => code === 'policy.fragment-cycle' || severity === 'warning'))
})

test('a fragment id is no expression, and no base stands in a fragment', () => {
  assert.deepEqual(places({}, '<include-fragment fragment-id="@("a")" />'), ['policy.xml:3:32 policy.expression-not-allowed'])
  const fragments = { a: '<fragment><base /></fragment>' }
  assert.deepEqual(places({ fragments }, include('a')), ['policy fragments/a/policy.xml:1:11 policy.wrong-parent'])
})

test('a fragment that cannot be read keeps whatever includes it from loading', async () => {
  const fragments = { broken: '<fragment><set-header></fragment>' }
  assert.deepEqual(places({ fragments }, include('broken')), ['policy fragments/broken/policy.xml:1:33 policy.xml'])
  await assert.rejects(runPolicies({ inbound: include('broken') }, {}, {}, { fragments }), /policy\.xml/)
})
