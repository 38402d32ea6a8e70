import assert from 'node:assert/strict'
import { test } from 'node:test'
import { whoText } from '../access/access-matrix.ts'
import type { Catalog, Operation, Product } from '../catalog/catalog.ts'
import { api, catalog, operation } from '../gateway/testing/catalog.ts'
import { accessRows } from './access-rows.ts'

const inbound = (content: string) => ({ file: 'policy.xml', text: `<policies>\n<inbound>\n${content}\n</inbound>\n</policies>` })

const roles = (match: string, ...values: readonly string[]) => `<validate-azure-ad-token tenant-id="organizations">
  <audiences><audience>api://orders</audience></audiences>
  <required-claims><claim name="roles" match="${match}">${values.map(value => `<value>${value}</value>`).join('')}</claim></required-claims>
</validate-azure-ad-token>`
const anyToken = '<validate-jwt header-name="Authorization"><openid-config url="https://login.example/x" /></validate-jwt>'

function rowsOf(api1: string | undefined, own: string | undefined, more: Partial<Catalog> = {}, required = false) {
  const policyOf = (text: string | undefined): Partial<Operation> => (text === undefined ? {} : { policy: inbound(text) })
  const orders = api('orders', 'orders', [operation('list', 'GET', '/', policyOf(own))], {
    subscriptionRequired: required,
    ...(api1 === undefined ? {} : { policy: inbound(api1) }),
  })
  return accessRows(catalog('/nowhere', { apis: [orders], ...more }))
}

const who = (...args: Parameters<typeof rowsOf>) => rowsOf(...args).map(whoText)

test('an operation whose policies ask for nothing is guarded by nobody', () => {
  const [row] = rowsOf(undefined, '<base /><set-header name="A"><value>b</value></set-header>')
  assert.equal(row?.standing, 'unguarded')
  assert.deepEqual(who(undefined, undefined), ['nobody guards this'])
})

test('an API without a policy for its operation passes its own demand on', () => {
  assert.deepEqual(who(anyToken, undefined), ['anyone with a valid token'])
})

test('the roles of an operation say more than the token that its API asks for', () => {
  assert.deepEqual(who(anyToken, `<base />${roles('any', 'readers', 'admins')}`), ['roles: one of readers, admins'])
  assert.deepEqual(who(undefined, roles('all', 'readers', 'admins')), ['roles: all of readers, admins'])
})

test('an operation without <base /> drops what its API asks for', () => {
  assert.deepEqual(who(anyToken, '<set-variable name="a" value="b" />'), ['nobody guards this'])
})

test('a <base /> that a choose holds takes the demand of the API in on a condition, one in another policy always', () => {
  const taken = '<choose><when condition="@(context.Request.Method == &quot;GET&quot;)"><base /></when></choose>'
  assert.deepEqual(who(anyToken, taken), ['on a condition: anyone with a valid token'])
  assert.deepEqual(who(anyToken, '<limit-concurrency key="a" max-count="2"><base /></limit-concurrency>'), [
    'anyone with a valid token',
  ])
})

test('a role that is asked of whoever is in no group is told with the group', () => {
  const when = (condition: string) =>
    `<choose><when condition="@(${condition})">${roles('any', 'admins')}</when></choose>`
      .replaceAll('["', '[&quot;')
      .replaceAll('"]', '&quot;]')
  const inGroup = '((Jwt)context.Variables["jwt"]).Claims["groups"].Contains(&quot;g1&quot;)'
  assert.deepEqual(who(undefined, when(`!(${inGroup})`)), ['roles: admins, or groups: g1'])
  assert.deepEqual(who(undefined, when(inGroup)), ['on a condition: roles: admins'])
})

test('a fragment stands where it is included, and its place is its own file', () => {
  const fragments = [{ name: 'guard', policy: { file: 'guard.xml', text: `<fragment>\n${anyToken}</fragment>` } }]
  const [row] = rowsOf('<include-fragment fragment-id="guard" />', undefined, { fragments })
  assert.deepEqual([row?.demands[0]?.file, row?.demands[0]?.line], ['guard.xml', 2])
})

test('a fragment that a choose or another holder includes guards there, and its place is its own file', () => {
  const fragment = (name: string, text: string) => ({
    name,
    policy: { file: `${name}.xml`, text: `<fragment>\n${text}</fragment>` },
  })
  const fragments = [
    fragment('guard', roles('any', 'readers')),
    fragment('outer', '<include-fragment fragment-id="guard" />'),
    fragment('answer', '<return-response />'),
    fragment('aside', '<set-variable name="a" value="b" />'),
  ]
  const including = (id: string) =>
    `<choose><when condition="@(context.Request.Method == &quot;GET&quot;)"><include-fragment fragment-id="${id}" /></when></choose>`
  const row = (inbound: string) => rowsOf(inbound, undefined, { fragments })[0]
  for (const id of ['guard', 'outer']) {
    const found = row(including(id))
    assert.deepEqual([found?.standing, found?.demands[0]?.file, found?.demands[0]?.line], ['conditional', 'guard.xml', 2], id)
    assert.equal(found === undefined ? '' : whoText(found), 'on a condition: roles: readers')
  }
  assert.deepEqual(who(including('answer'), undefined, { fragments }), ['a condition decides'])
  assert.equal(row(including('aside'))?.standing, 'unguarded')
  const held = '<limit-concurrency key="a" max-count="2"><include-fragment fragment-id="guard" /></limit-concurrency>'
  assert.equal(row(held)?.standing, 'guarded')
})

test('a policy that answers by itself ends what is asked: a token policy after it guards nothing', () => {
  const [row] = rowsOf(`<return-response />${anyToken}`, undefined)
  assert.equal(row?.standing, 'answered')
  assert.deepEqual(
    row?.demands.map(({ policy }) => policy),
    ['return-response'],
  )
})

test('a token policy inside choose guards on a condition only', () => {
  const [row] = rowsOf(`<choose><when condition="@(true)">${roles('any', 'readers')}</when></choose>`, undefined)
  assert.equal(row?.standing, 'conditional')
  assert.equal(row === undefined ? '' : whoText(row), 'on a condition: roles: readers')
})

test('tokens that need no signature guard nothing', () => {
  const [row] = rowsOf('<validate-jwt header-name="A" require-signed-tokens="false" />', undefined)
  assert.equal(row?.standing, 'unguarded')
})

test('a role written as a named value is shown by its value, a secret one is not', () => {
  const named = (secret: boolean) => ({
    namedValues: [{ name: 'r', displayName: 'r', value: 'publishers', secret, file: 'f' }],
  })
  assert.deepEqual(who(roles('any', '{{r}}'), undefined, named(false)), ['roles: publishers'])
  assert.deepEqual(who(roles('any', '{{r}}'), undefined, named(true)), ['roles: {{r}}'])
})

const product = (name: string, subscriptionRequired: boolean, policy?: string): Product => {
  const own = policy === undefined ? {} : { policy: inbound(policy) }
  return {
    name,
    displayName: name,
    state: 'published',
    subscriptionRequired,
    approvalRequired: false,
    apis: ['orders'],
    groups: [],
    ...own,
  }
}

test('products that ask the same are one row, one with a policy of its own is another', () => {
  const products = [product('a', true), product('b', true), product('c', true, anyToken)]
  const rows = rowsOf('<base />', undefined, { products }, true)
  assert.deepEqual(
    rows.map(row => [row.products, whoText(row)]),
    [
      [['a', 'b'], 'subscription key'],
      [['c'], 'subscription key; anyone with a valid token'],
    ],
  )
})

test('a product without subscriptions lets calls into an API that asks for a key', () => {
  assert.deepEqual(who(undefined, undefined, { products: [product('open', false)] }, true), ['nobody guards this'])
  assert.deepEqual(who(undefined, undefined, {}, true), ['subscription key'])
})

test('an API that is not served has nothing to tell', () => {
  const soap = api('soap', 'soap', [operation('call', 'POST', '/')], { notServed: 'SOAP' })
  const [row] = accessRows(catalog('/nowhere', { apis: [soap] }))
  assert.equal(row?.standing, 'not-served')
})
