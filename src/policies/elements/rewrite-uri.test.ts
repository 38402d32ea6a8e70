import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MadeCall } from '../testing/make-call.ts'
import { runPolicies } from '../testing/run-policies.ts'

async function urlAfter(attributes: string, call: MadeCall): Promise<string> {
  const { ctx } = await runPolicies({ inbound: `<rewrite-uri ${attributes} />` }, call)
  return ctx.request.url.toString()
}

const order: MadeCall = {
  api: { serviceUrl: 'https://backend.example/base/' },
  operation: { urlTemplate: '/orders/{id}?a={b}' },
  request: { url: 'https://backend.example/base/orders/a%20b?a=b&c=d', matchedParameters: { id: 'a b', b: 'b' } },
}

test('rewrite-uri puts the template below the backend address, with its parameters', async () => {
  assert.equal(await urlAfter('template="/v2/{id}/x?id={id}"', order), 'https://backend.example/base/v2/a%20b/x?id=a%20b&c=d')
})

test('query parameters that the operation names are matched, the others are copied unless told otherwise', async () => {
  assert.equal(await urlAfter('template="/put"', order), 'https://backend.example/base/put?c=d')
  assert.equal(await urlAfter('template="/put" copy-unmatched-params="false"', order), 'https://backend.example/base/put')
})

test('what is no parameter stays as it stands, and a slash in front is added', async () => {
  assert.equal(await urlAfter('template="put/{none}"', order), 'https://backend.example/base/put/%7Bnone%7D?c=d')
})

test('a wildcard keeps its slashes, all else is encoded', async () => {
  const call: MadeCall = { operation: { urlTemplate: '/{*path}' }, request: { matchedParameters: { path: 'a/b?c#d' } } }
  assert.equal(await urlAfter('template="/f/{*path}"', call), 'https://backend.example/f/a/b%3Fc%23d')
})

test('an expression may make the whole template', async () => {
  assert.equal(await urlAfter('template="@("/m/" + context.Request.Method)"', order), 'https://backend.example/base/m/GET?c=d')
})

test('a parameter stays one segment, and none leads out of the backend address', async () => {
  const call = (path: string): MadeCall => ({
    operation: { urlTemplate: '/f?p={p}' },
    request: { matchedParameters: { p: path } },
  })
  assert.equal(await urlAfter('template="/f/{p}"', call('a/b')), 'https://backend.example/f/a%2Fb')
  for (const path of ['..', '../../admin', '..\\x', '%2e%2e']) {
    const { outcome, ctx } = await runPolicies({ inbound: '<rewrite-uri template="/f/{p}" />' }, call(path))
    assert.ok(outcome !== 'next' && outcome.kind === 'refusal', path)
    assert.equal(outcome.reason, 'request.malformed')
    assert.equal(ctx.request.url.path, '/random')
  }
})

test('nothing that an expression gives can leave the request line', async () => {
  assert.equal(
    await urlAfter('template="@("/a b?c=d e\\r\\nX: y#z")" copy-unmatched-params="false"', order),
    'https://backend.example/base/a%20b?c=d%20e%0D%0AX:%20y%23z',
  )
})
