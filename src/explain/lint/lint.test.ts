import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Catalog } from '../../catalog/catalog.ts'
import { acceptableWarnings, lintRules } from '../../catalog/lint-rules.ts'
import type { LintSettings } from '../../catalog/settings.ts'
import { lintWorkspace } from './lint.ts'
import { found } from './testing/found.ts'
import { deny, inbound, inChain, token, workspace } from './testing/workspace.ts'

test('validate-jwt without audience or issuer is found', () => {
  const key = '<issuer-signing-keys><key>{{key}}</key></issuer-signing-keys>'
  const config = '<openid-config url="https://login.microsoftonline.com/contoso.com/v2.0/.well-known/openid-configuration" />'
  assert.deepEqual(
    found(
      'inbound',
      `<validate-jwt header-name="Authorization">${config}</validate-jwt>`,
      `<validate-jwt header-name="Authorization">${key}<audiences><audience>a</audience></audiences></validate-jwt>`,
      `<validate-jwt header-name="Authorization">${config}<audiences><audience>a</audience></audiences></validate-jwt>`,
    ),
    ['no-audience 3', 'no-issuer 4'],
  )
})

test('a section without base that drops a check of a wider scope is found, with what is dropped', () => {
  assert.deepEqual(inChain(workspace(inbound(token), inbound('<set-variable name="a" value="b" />'))), [
    'missing-base apis/orders/operations/list/policy.xml:2',
  ])
  assert.deepEqual(inChain(workspace(inbound('<set-variable name="a" value="b" />'), inbound(token))), [])
})

test('every kind of check counts as dropped, also inside of a condition and a fragment, and all are named', () => {
  const limit = '<rate-limit-by-key calls="1" renewal-period="60" counter-key="@(context.Request.IpAddress)" />'
  const quota = '<quota-by-key calls="1" renewal-period="3600" counter-key="@(context.Request.IpAddress)" />'
  const pass = `<choose><when condition="@(!context.Request.Headers.ContainsKey(&quot;X-Pass&quot;))">${deny}</when></choose>`
  const nothing = inbound('<set-variable name="a" value="b" />')
  const messages = (given: Catalog) => lintWorkspace(given).map(({ message }) => message)
  const given = workspace(inbound(limit, quota, pass), nothing)
  assert.deepEqual(messages(given), [
    'without <base /> the `rate-limit-by-key` of /w/apis/orders/policy.xml:3, the `quota-by-key` of /w/apis/orders/policy.xml:4 and the `return-response` of /w/apis/orders/policy.xml:5 (api) do not run',
  ])
  const fragment = { name: 'guard', policy: { file: '/w/guard.xml', text: `<fragment>\n${pass}\n</fragment>` } }
  const include = '<choose><otherwise><include-fragment fragment-id="guard" /></otherwise></choose>'
  assert.deepEqual(messages({ ...workspace(inbound(include), nothing), fragments: [fragment] }), [
    'without <base /> the `return-response` of /w/guard.xml:2 (api) does not run',
  ])
})

test('a check that the narrower document says once more is not dropped; one that says something else is', () => {
  const filter = (address: string) => `<ip-filter action="allow"><address>${address}</address></ip-filter>`
  const laidOut = '<ip-filter\n  action = "allow">\n  <!-- ours --><address> 10.0.0.1 </address>\n</ip-filter>'
  assert.deepEqual(inChain(workspace(inbound(filter('10.0.0.1'), token), inbound(token, laidOut))), [])
  assert.deepEqual(inChain(workspace(inbound(filter('10.0.0.1')), inbound(filter('0.0.0.0')))), [
    'missing-base apis/orders/operations/list/policy.xml:2',
  ])
})

test('a cache before the token, and a refusal after the backend, are found', () => {
  const cache = '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />'
  assert.deepEqual(inChain(workspace(inbound(cache), inbound('<base />', token))), [
    'cached-before-token apis/orders/policy.xml:3',
  ])
  const late = `<policies>\n<inbound><base /></inbound>\n<outbound>\n<base />\n<choose><when condition="@(context.Response.StatusCode == 200)">${deny}</when></choose>\n</outbound>\n</policies>`
  assert.deepEqual(inChain(workspace(inbound(token), late)), ['refused-late apis/orders/operations/list/policy.xml:5'])
})

test('a finding is accepted by name, file and reason; an entry that accepts nothing is found; levels make errors or silence', () => {
  const policies = [inbound(token), inbound(deny, '<set-variable name="a" value="b" />')] as const
  const entry = (rule: string, file?: string) => {
    const at = { file: '/w/gatehouse.yaml', line: 9, column: 5 }
    return { rule, reason: 'it is meant so', at, ...(file === undefined ? {} : { file }) }
  }
  const lint = (more: Partial<LintSettings>): LintSettings => ({ accept: [], levels: new Map(), ...more })
  const accepting = lint({ accept: [entry('lint.missing-base', 'apis/orders'), entry('lint.unreachable', 'apis/others')] })
  assert.deepEqual(inChain(workspace(...policies, accepting)), [
    'unreachable apis/orders/operations/list/policy.xml:4',
    'accepted-nothing gatehouse.yaml:9',
  ])
  const levels = lint({ levels: new Map([['lint.missing-base', 'error'] as const, ['lint.unreachable', 'off'] as const]) })
  const [only, ...others] = lintWorkspace(workspace(...policies, levels))
  assert.deepEqual([only?.code, only?.severity, others.length], ['lint.missing-base', 'error', 0])
})

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')
const codes = [...Object.keys(lintRules), ...acceptableWarnings].sort()

test('the schema of gatehouse.yaml offers the same codes', () => {
  // the project's own file: a wrong shape fails the comparison
  const { $defs: of } = JSON.parse(read('docs/schemas/gatehouse.schema.json')) as {
    $defs: {
      lint: { properties: { levels: { propertyNames: { enum: string[] } } } }
      acceptedFinding: { properties: { rule: { enum: string[] } } }
    }
  }
  assert.deepEqual(of.lint.properties.levels.propertyNames.enum.sort(), codes)
  assert.deepEqual(of.acceptedFinding.properties.rule.enum.sort(), codes)
})
