import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPolicyFile } from './check-policy-file.ts'

/** As Terraform writes it. */
const filled = (name: string) => `\${${name}}`

const found = (inbound: string) =>
  checkPolicyFile('p.xml', `<policies><inbound>\n${inbound}\n</inbound></policies>`).map(
    ({ severity, code, line }) => `${line} ${severity} ${code}`,
  )

const checked = (text: string) => checkPolicyFile('p.xml', text).map(({ severity, code }) => `${severity} ${code}`)

test('a placeholder of Terraform or of a sample where a value should be is a warning in a loose file', () => {
  assert.deepEqual(found(`<set-status code="${filled('code')}" />`), ['2 warning policy.bad-value'])
  assert.deepEqual(found('<retry condition="true" count="{retry-count}" interval="1" />'), ['2 warning policy.bad-value'])
  assert.deepEqual(
    found(`<set-variable name="a" value="@(${filled('count')} + 1)" />`).every(one => one.startsWith('2 warning')),
    true,
  )
})

test('names in capitals and in braces stand for what a script puts there', () => {
  assert.deepEqual(found('<retry condition="true" count="RETRY_COUNT" interval="1" />'), ['2 warning policy.bad-value'])
  assert.deepEqual(found('<set-variable name="a" value="@(RETRY_COUNT + 1)" />'), ['2 warning CS0103'])
  assert.deepEqual(found('<set-variable name="a" value="@($&quot;groups/{group-id}&quot;)" />'), [
    '2 warning CS0103',
    '2 warning CS0103',
  ])
})

test('a placeholder that a fault quotes is a warning, wherever it stands', () => {
  const range = `<ip-filter action="allow">\n<address-range from="${filled('a')}" to="${filled('b')}" /></ip-filter>`
  assert.deepEqual(found(range), ['2 warning policy.bad-value'])
})

test('directives of a template may put elements in or leave them out', () => {
  const twice = '<send-request><set-url>https://a</set-url>%{ else }<set-url>https://b</set-url></send-request>'
  assert.deepEqual(found(twice), ['2 warning policy.unexpected-text', '2 warning policy.too-many'])
  assert.deepEqual(found('%{ if mock }'), ['2 warning policy.unexpected-text'])
})

test('what the examples of the reference leave open or write without entities is a warning', () => {
  assert.deepEqual(checked('<inbound>…</inbound><outbound><cache-store duration="seconds" /></outbound>'), [
    'warning policy.unexpected-text',
    'warning policy.bad-value',
  ])
  assert.deepEqual(checked('<inbound><base /></inbound>\n[...]'), ['warning policy.markup'])
  const token = '<audiences><audience>a</audience></audiences></validate-azure-ad-token>'
  assert.deepEqual(checked(`<validate-azure-ad-token tenant-id="YOUR-TENANT">${token}`), ['warning policy.tenant'])
  assert.deepEqual(checked('<rewrite-uri template="/a?b=1&c=2" />'), ['warning policy.markup'])
})

test('sections without their root are judged as sections', () => {
  assert.deepEqual(
    checked(
      '<inbound><base /><validate-headers specified-header-action="ignore" unspecified-header-action="ignore" /></inbound>',
    ),
    ['error policy.wrong-section'],
  )
})

test('what no placeholder explains stays an error', () => {
  assert.deepEqual(found(`<set-status code="often" reason="${filled('reason')}" />`), ['2 error policy.bad-value'])
  assert.deepEqual(found('<set-status code="{{code}" />'), ['2 error policy.bad-value'])
  assert.deepEqual(found('<set-variable name="a" value="@($&quot;{missing}&quot;)" />'), ['2 error CS0103'])
})
