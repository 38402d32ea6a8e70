import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MadeCall } from '../testing/make-call.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const api = { serviceUrl: 'https://backend.example/v1', path: 'colors' }
const request: MadeCall['request'] = {
  url: 'https://backend.example/v1/random',
  originalUrl: 'https://api.example/colors/random',
}

async function outbound(body: string, type = 'application/json', call: MadeCall = {}) {
  const { ctx } = await runPolicies(
    { outbound: '<redirect-content-urls />' },
    {
      api: { ...api, ...call.api },
      request: { ...request, ...call.request },
      response: { headers: { 'Content-Type': type }, body },
    },
  )
  return Buffer.from(ctx.response?.body.bytes ?? []).toString()
}

test('links to the backend lead to the gateway, in any case, with escaped slashes and the scheme’s own port', async () => {
  assert.equal(await outbound('{"next":"https://backend.example/v1/x?y=1"}'), '{"next":"https://api.example/colors/x?y=1"}')
  assert.equal(await outbound('HTTPS://Backend.Example:443/v1 end'), 'https://api.example/colors end')
  assert.equal(await outbound(String.raw`"https:\/\/backend.example\/v1\/x"`), String.raw`"https:\/\/api.example\/colors\/x"`)
})

test('other hosts, other paths and the other scheme are left alone', async () => {
  for (const url of [
    'https://backend.example.org/v1/x',
    'https://backend.example/v12',
    'https://backend.example:8443/v1',
    'http://backend.example/v1',
    'https://backendxexample/v1',
  ])
    assert.equal(await outbound(url), url)
})

test('a version in the path belongs to the gateway’s address', async () => {
  const call = { api: { version: 'v2' }, request: { originalUrl: 'https://api.example/colors/v2/random' } }
  assert.equal(await outbound('https://backend.example/v1/a', 'text/html', call), 'https://api.example/colors/v2/a')
})

test('in inbound links to the gateway lead to the backend', async () => {
  const { ctx } = await runPolicies(
    { inbound: '<redirect-content-urls />' },
    { api, request: { ...request, headers: { 'Content-Type': 'text/plain' }, body: 'see https://api.example/colors/a' } },
  )
  assert.equal(Buffer.from(ctx.request.body.bytes ?? []).toString(), 'see https://backend.example/v1/a')
})

test('a body that is no text passes through', async () => {
  assert.equal(await outbound('https://backend.example/v1/x', 'application/octet-stream'), 'https://backend.example/v1/x')
})

test('it stands once in a section, in inbound or outbound', () => {
  const codes = (xml: string, section: 'backend' | 'outbound') => faultsOf({ [section]: xml }).map(({ code }) => code)
  assert.deepEqual(codes('<redirect-content-urls /><redirect-content-urls />', 'outbound'), ['policy.too-many'])
  assert.deepEqual(codes('<redirect-content-urls />', 'backend'), ['policy.wrong-section'])
})
