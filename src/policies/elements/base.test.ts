import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog } from '../../catalog/catalog.ts'
import { compilePolicies } from '../compile-policies.ts'
import type { CallContext } from '../context/call-context.ts'
import { emptyCatalog } from '../testing/empty-catalog.ts'
import { makeCall } from '../testing/make-call.ts'
import { memoryPorts } from '../testing/memory-ports.ts'
import { faultsOf } from '../testing/run-policies.ts'

const mark = (name: string) => `<set-header name="Trail" exists-action="append"><value>${name}</value></set-header>`
const inbound = (xml: string) => `<policies><inbound>${xml}</inbound></policies>`

/** The trail of the inbound section, and whether the backend was called, with a policy document at each scope that has one. */
async function trailOf(documents: {
  global?: string
  product?: string
  api?: string
  operation?: string
}): Promise<{ trail: string | null; forwarded: boolean }> {
  const ctx = makeCall({ product: {} })
  const document = (name: keyof typeof documents) => {
    const text = documents[name]
    return text === undefined ? {} : { policy: { file: `${name}.xml`, text } }
  }
  const operation = { ...ctx.operation, ...document('operation') }
  const api = { ...ctx.api, operations: [operation], ...document('api') }
  const product = { ...ctx.product!, ...document('product') }
  const catalog: Catalog = { ...emptyCatalog, ...document('global'), apis: [api], products: [product] }
  let forwarded = false
  const forward = async (_ctx: CallContext) => {
    forwarded = true
    return undefined
  }
  const plan = compilePolicies(catalog, memoryPorts({ forward })).planFor(api, operation, product)
  assert.ok(plan)
  await plan.inbound(ctx)
  await plan.backend(ctx)
  return { trail: ctx.request.headers.get('Trail'), forwarded }
}

test('each scope comes in where the narrower one says base', async () => {
  const { trail } = await trailOf({
    global: inbound(mark('global')),
    product: inbound(`${mark('product')}<base />`),
    api: inbound(`<base />${mark('api')}`),
    operation: inbound(`${mark('before')}<base />${mark('after')}`),
  })
  assert.equal(trail, 'before,product,global,api,after')
})

test('without base the wider scopes are left out', async () => {
  const { trail } = await trailOf({ global: inbound(mark('global')), api: inbound(mark('api')), operation: inbound('<base />') })
  assert.equal(trail, 'api')
})

test('a scope without a document, and a section that is not there, pass the wider ones on', async () => {
  const outboundOnly = '<policies><outbound><base /></outbound></policies>'
  assert.equal((await trailOf({ global: inbound(mark('global')), operation: inbound('<base />') })).trail, 'global')
  assert.equal((await trailOf({ global: inbound(mark('global')), operation: outboundOnly })).trail, 'global')
})

test('with no global policy the backend is called, as by the one that API Management starts with', async () => {
  assert.equal((await trailOf({})).forwarded, true)
  assert.equal((await trailOf({ api: '<policies><backend><base /></backend></policies>' })).forwarded, true)
  assert.equal((await trailOf({ api: '<policies><backend /></policies>' })).forwarded, false)
})

test('base in the global policy has no effect, and a warning says so', () => {
  assert.deepEqual(
    faultsOf({ inbound: '<base />' }, { scope: 'global' }).map(({ line, severity, code }) => `${line} ${severity} ${code}`),
    ['3 warning policy.base-at-global'],
  )
})

const when = (condition: string, yes: string, no = '') =>
  `<choose><when condition="${condition}">${yes}</when><otherwise>${no}</otherwise></choose>`

test('base inside choose brings the wider scopes in where its branch is taken', async () => {
  const global = inbound(mark('global'))
  const product = inbound(`${mark('product')}${when('@(true)', '<base />')}`)
  const api = inbound(when('@(false)', '<base />', mark('api')))
  const operation = (condition: string) =>
    inbound(`${mark('before')}${when(condition, '<base />', mark('other'))}${mark('after')}`)
  assert.equal((await trailOf({ global, product, operation: operation('@(true)') })).trail, 'before,product,global,after')
  assert.equal((await trailOf({ global, product, operation: operation('@(false)') })).trail, 'before,other,after')
  assert.equal((await trailOf({ global, product, api, operation: operation('@(true)') })).trail, 'before,api,after')
})

test('base inside a policy may stand several times, also where the backend is called', async () => {
  const api = `<policies><inbound>${mark('api')}</inbound><backend>${when('@(true)', '<base />')}</backend></policies>`
  const operation = inbound(`${when('@(true)', '<base />')}<base />${when('@(true)', '<base />')}`)
  assert.deepEqual(await trailOf({ api, operation }), { trail: 'api,api,api', forwarded: true })
})

test('a refusal of the wider scope ends the call behind a base inside choose', async () => {
  const global = inbound('<return-response><set-status code="403" /></return-response>')
  assert.equal((await trailOf({ global, operation: inbound(`${when('@(true)', '<base />')}${mark('after')}`) })).trail, null)
})

test('base stands in no policy that holds only some others, and in no fragment', () => {
  const nested = '<wait for="all"><base /></wait><include-fragment fragment-id="f" />'
  assert.deepEqual(
    faultsOf({ inbound: nested }, { fragments: { f: '<fragment><base /></fragment>' } }).map(
      ({ file, line, column, code }) => `${file} ${line}:${column} ${code}`,
    ),
    ['policy.xml 3:17 policy.wrong-parent', 'policy fragments/f/policy.xml 1:11 policy.wrong-parent'],
  )
})
