import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { CompactEncrypt } from 'jose'
import { createTokenVerifier } from '../../identity/create-token-verifier.ts'
import {
  configUrl,
  frozen,
  goodClaims,
  jwkOf,
  rsaKey,
  sign,
  TestWeb,
  tenant,
  v1Issuer,
  v2Issuer,
} from '../../identity/testing/test-issuer.ts'
import type { MadeCall } from '../testing/make-call.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const key = rsaKey()
const client = '2b9e5d70-1c84-4f3a-8e6d-7a0b9c3d5f21'
const v2 = { ...goodClaims, azp: client, ver: '2.0' }
const v1 = { ...goodClaims, iss: v1Issuer, appid: client, ver: '1.0' }

async function run(xml: string, token?: string, web = new TestWeb().publish([jwkOf(key, { issuer: v2Issuer })])) {
  const call: MadeCall = token === undefined ? {} : { request: { headers: { Authorization: `Bearer ${token}` } } }
  const tokens = createTokenVerifier({ fetch: web.fetch })
  const ran = await runPolicies({ inbound: xml }, call, { tokens, now: () => frozen }, { namedValues: { tenant } })
  return typeof ran.outcome === 'object' && ran.outcome.kind === 'refusal' ? ran.outcome.reason : ran.outcome
}

const clients = `<client-application-ids><application-id>${client.toUpperCase()}</application-id></client-application-ids>`
const audiences = '<audiences><audience>api://articles</audience></audiences>'
const policy = (inner: string, tenantId = '{{tenant}}') =>
  `<validate-azure-ad-token tenant-id="${tenantId}">${inner}</validate-azure-ad-token>`

test('tokens of both versions pass in the Authorization header, which is the default', async () => {
  assert.equal(await run(policy(clients + audiences), await sign(key, v2)), 'next')
  assert.equal(await run(policy(clients + audiences), await sign(key, v1)), 'next')
  assert.equal(await run(policy(clients)), 'token.missing')
})

test('another client, tenant, audience or a missing role are refused for what they are', async () => {
  assert.equal(await run(policy(clients), await sign(key, { ...v2, azp: 'other' })), 'token.client')
  assert.equal(await run(policy(clients), await sign(key, { ...v1, azp: client, appid: 'other' })), 'token.client')
  const foreign = '7d9e1c22-0a4b-4f6d-b3c8-5e6f7a8b9c0d'
  const elsewhere = { ...v2, tid: foreign, iss: `https://login.microsoftonline.com/${foreign}/v2.0` }
  assert.equal(await run(policy(clients), await sign(key, elsewhere)), 'token.tenant')
  assert.equal(await run(policy(audiences), await sign(key, { ...v2, aud: 'api://other' })), 'token.audience')
  const role = '<required-claims><claim name="roles" match="any"><value>admins</value></claim></required-claims>'
  assert.equal(await run(policy(audiences + role), await sign(key, v2)), 'token.role')
})

test('a backend application is accepted by its id and by the address made of it', async () => {
  const backends =
    '<backend-application-ids><application-id>8d1f7c3e-6a52-4b0d-9c1e-5e7a3f2b4d60</application-id></backend-application-ids>'
  for (const aud of ['8d1f7c3e-6a52-4b0d-9c1e-5e7a3f2b4d60', 'api://8d1f7c3e-6a52-4b0d-9c1e-5e7a3f2b4d60'])
    assert.equal(await run(policy(backends), await sign(key, { ...v2, aud })), 'next')
  assert.equal(await run(policy(backends), await sign(key, v2)), 'token.audience')
})

test('an encrypted token is opened by a key of the policy', async () => {
  const secret = randomBytes(32)
  const sealed = await new CompactEncrypt(Buffer.from(await sign(key, v2)))
    .setProtectedHeader({ alg: 'dir', enc: 'A128CBC-HS256', cty: 'JWT' })
    .encrypt(secret)
  const keys = `<decryption-keys><key>${secret.toString('base64')}</key></decryption-keys>`
  assert.equal(await run(policy(clients + keys), sealed), 'next')
  assert.equal(await run(policy(clients), sealed), 'token.decryption')
})

test('a tenant may be named by domain, by address, or be any organization', async () => {
  const web = (name: string) => {
    const base = `https://login.microsoftonline.com/${name}`
    const any = name === 'organizations' ? '{tenantid}' : tenant
    return new TestWeb()
      .publish([jwkOf(key)], `https://login.microsoftonline.com/${any}/v2.0`, `${base}/v2.0/.well-known/openid-configuration`)
      .publish([jwkOf(key)], `https://sts.windows.net/${any}/`, `${base}/.well-known/openid-configuration`)
  }
  for (const [written, name] of [
    ['gazette.onmicrosoft.com', 'gazette.onmicrosoft.com'],
    ['https://login.microsoftonline.com/gazette.onmicrosoft.com', 'gazette.onmicrosoft.com'],
    ['organizations', 'organizations'],
  ] as const) {
    assert.equal(await run(policy(audiences, written), await sign(key, v2), web(name)), 'next')
    assert.equal(await run(policy(audiences, written), await sign(key, v1), web(name)), 'next')
  }
  const foreign = { ...v2, iss: 'https://evil.example/' }
  assert.equal(await run(policy(audiences, 'organizations'), await sign(key, foreign), web('organizations')), 'token.issuer')
})

test('a policy that would let in any token of the tenant, or names no tenant, does not load', () => {
  const codes = (xml: string) => faultsOf({ inbound: xml }, { namedValues: { tenant } }).map(({ code }) => code)
  assert.deepEqual(codes(policy('')), ['policy.missing-child'])
  for (const name of ['../evil', 'https://evil.example/x', 'not a tenant', 'http://login.microsoftonline.com/x.example'])
    assert.deepEqual(codes(policy(clients, name)), ['policy.tenant'])
  assert.deepEqual(codes(policy(clients)), [])
  assert.ok(configUrl.includes(tenant))
})

test('a tenant is looked for in the cloud that the gateway belongs to, unless the policy names another', async () => {
  const asked = async (tenantId: string, loginHost?: string) => {
    const urls: string[] = []
    const fetch = async (url: string) => {
      urls.push(url)
      return { status: 404, body: '', origin: 'network' as const }
    }
    const call: MadeCall = { request: { headers: { Authorization: `Bearer ${await sign(key, v2)}` } } }
    const ports = { tokens: createTokenVerifier({ fetch }), now: () => frozen, ...(loginHost === undefined ? {} : { loginHost }) }
    await runPolicies({ inbound: policy(audiences, tenantId) }, call, ports, { namedValues: { tenant } })
    return new Set(urls.map(url => new URL(url).host))
  }
  assert.deepEqual(await asked(tenant), new Set(['login.microsoftonline.com']))
  assert.deepEqual(await asked(tenant, 'login.microsoftonline.us'), new Set(['login.microsoftonline.us']))
  const china = `https://login.partner.microsoftonline.cn/${tenant}`
  assert.deepEqual(await asked(china, 'login.microsoftonline.us'), new Set(['login.partner.microsoftonline.cn']))
})
