import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Api, Catalog, PolicyDocument } from '../../catalog/catalog.ts'
import { compilePolicies } from '../compile-policies.ts'
import { inertPorts } from '../inert-ports.ts'
import { emptyCatalog } from '../testing/empty-catalog.ts'
import { makeCall } from '../testing/make-call.ts'

const document = (file: string, inbound: string): PolicyDocument => ({
  file,
  text: `<policies><inbound>\n<base />\n${inbound}\n</inbound></policies>`,
})

/** A workspace of APIs with these inbound policies, and what is said of it. */
function compiled(apis: readonly string[], more: Partial<Catalog> = {}) {
  const { api, operation } = makeCall()
  const made = apis.map((inbound, i): Api => {
    const policy = document(`api-${i + 1}.xml`, inbound)
    return { ...api, name: `api-${i + 1}`, path: `p${i + 1}`, operations: [operation], policy }
  })
  return compilePolicies({ ...emptyCatalog, apis: made, ...more }, inertPorts)
}

const told = (apis: readonly string[], more: Partial<Catalog> = {}) =>
  compiled(apis, more).diagnostics.map(({ file, line, severity, code }) => `${file}:${line} ${severity} ${code}`)

const rate = (key: string, calls = 10, period = 60) =>
  `<rate-limit-by-key calls="${calls}" renewal-period="${period}" counter-key="${key}" />`

test('two documents that count under the same key are a warning at the second, which names the first', () => {
  const program = compiled([rate('@(context.Request.IpAddress)'), rate('@(context.Request.IpAddress)', 20)])
  const [warning] = program.diagnostics
  assert.deepEqual(
    [warning?.file, warning?.line, warning?.column, warning?.severity, warning?.code],
    ['api-2.xml', 3, 1, 'warning', 'policy.shared-counter'],
  )
  assert.match(warning?.message ?? '', /rate-limit-by-key at api-1\.xml:3/)
  assert.deepEqual(told([rate('k'), rate('k'), rate('k')]), [
    'api-2.xml:3 warning policy.shared-counter',
    'api-3.xml:3 warning policy.shared-counter',
  ])
})

test('other keys, other periods and other kinds of counters have nothing in common', () => {
  const quota = '<quota-by-key calls="10" renewal-period="3600" counter-key="a" />'
  const concurrency = '<limit-concurrency key="a" max-count="1"><set-method>GET</set-method></limit-concurrency>'
  assert.deepEqual(told([rate('a'), rate('b'), rate('a', 10, 61), quota, concurrency]), [])
  assert.deepEqual(told([quota, quota, concurrency, concurrency]), [
    'api-2.xml:3 warning policy.shared-counter',
    'api-4.xml:3 warning policy.shared-counter',
  ])
})

test('branches of one document, a fragment that several include, and limits by subscription are meant so', () => {
  const branches = `<choose><when condition="@(true)">${rate('k', 1)}</when><otherwise>${rate('k', 2)}</otherwise></choose>`
  assert.deepEqual(told([branches]), [])
  const fragments = [{ name: 'f', policy: { file: 'fragment.xml', text: `<fragment>${rate('k')}</fragment>` } }]
  const include = '<include-fragment fragment-id="f" />'
  assert.deepEqual(told([include, include], { fragments }), [])
  const bySubscription = '<rate-limit calls="1" renewal-period="60" />'
  assert.deepEqual(told([bySubscription, bySubscription]), [])
})

test('revisions of an API have their policy in common', () => {
  const revision = (file: string): Api => {
    const { api, operation } = makeCall()
    return { ...api, name: file, operations: [operation], policy: document(`apis/${file}/policy.xml`, rate('k')) }
  }
  const of = (...apis: Api[]) => compilePolicies({ ...emptyCatalog, apis }, inertPorts).diagnostics.map(({ code }) => code)
  assert.deepEqual(of(revision('orders'), revision('orders;rev=2')), [])
  assert.deepEqual(of(revision('orders'), revision('invoices;rev=2')), ['policy.shared-counter'])
})

test('limits of single APIs and operations are told with their policy', () => {
  const inner = '<api name="Colors" calls="5" renewal-period="60"><operation id="get" calls="1" renewal-period="60" /></api>'
  const { counters } = compiled([`<rate-limit calls="9" renewal-period="60">${inner}</rate-limit>`])
  assert.deepEqual(counters[0]?.amounts, [
    'calls="9"',
    'renewal-period="60"',
    'api name="Colors" calls="5" renewal-period="60"',
    'operation id="get" calls="1" renewal-period="60"',
  ])
})

test('products may limit the subscription alike: it belongs to one of them', () => {
  const product = (name: string, key: string) => ({
    name,
    displayName: name,
    state: 'published' as const,
    subscriptionRequired: true,
    approvalRequired: false,
    apis: [],
    groups: [],
    policy: document(`${name}.xml`, rate(key)),
  })
  const both = (key: string) => told([], { products: [product('gold', key), product('free', key)] })
  assert.deepEqual(both('@(context.Subscription.Id)'), [])
  assert.deepEqual(both('@(context.Request.IpAddress)'), ['free.xml:3 warning policy.shared-counter'])
})

test('a cached value is shared by accident when another one is stored under its key', () => {
  const store = (value: string) => `<cache-store-value key="token" value="${value}" duration="60" />`
  const lookUp = '<cache-lookup-value key="token" variable-name="t" />'
  assert.deepEqual(told([store('a') + lookUp, store('a') + lookUp, lookUp]), [])
  assert.deepEqual(told([store('a'), store('b')]), ['api-2.xml:3 warning policy.shared-counter'])
})

test('each use tells its key and limits as they are written, secrets as their names', () => {
  const namedValues = [{ name: 's', displayName: 's', value: 'a-secret', secret: true, file: 'f' }]
  const { counters } = compiled([`${rate('{{s}}-@')}<cache-lookup caching-type="internal" />`], { namedValues })
  assert.deepEqual(
    counters.map(({ kind, key, amounts, apart, cachingType, place }) => [
      kind,
      key,
      [...amounts, ...apart],
      cachingType,
      place.scope,
    ]),
    [
      ['rate', '{{s}}-@', ['calls="10"', 'renewal-period="60"'], undefined, 'api'],
      ['response cache', 'API, operation, URL and what vary-by-* says', [], 'internal', 'api'],
    ],
  )
})
