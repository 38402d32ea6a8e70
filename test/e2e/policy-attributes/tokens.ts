import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { CompactEncrypt, SignJWT, UnsecuredJWT } from 'jose'
import type { Call, Case } from './stand.ts'

const secret = Buffer.alloc(32, 5)
const sealing = randomBytes(32)
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = pair.publicKey.export({ format: 'jwk' })

const now = () => Math.floor(Date.now() / 1000)
const claims = (more: object = {}) => ({ iss: 'https://issuer', aud: 'api', exp: now() + 600, ...more })
const signed = (more: object = {}) => new SignJWT(claims(more)).setProtectedHeader({ alg: 'HS256' }).sign(secret)

const keys = `<issuer-signing-keys><key>${secret.toString('base64')}</key></issuer-signing-keys>`
const validate = (attributes: string, held = keys) => ({ inbound: `<validate-jwt ${attributes}>${held}</validate-jwt>` })
const bearer = async (call: Call, token: string) => (await call({ headers: { Authorization: `Bearer ${token}` } })).status

/** `validate-jwt`. */
export const tokens: readonly Case[] = [
  {
    shows: 'validate-jwt query-parameter-name failed-validation-httpcode failed-validation-error-message',
    policy: validate('query-parameter-name="t" failed-validation-httpcode="403" failed-validation-error-message="No."'),
    async run(call) {
      assert.equal((await call({ query: `?t=${await signed()}` })).status, 200)
      const { status, body } = await call()
      assert.deepEqual([status, body.includes('No.')], [403, true])
    },
  },
  {
    shows: 'validate-jwt token-value output-token-variable-name',
    policy: {
      inbound: `${validate('token-value="@(context.Request.Headers.GetValueOrDefault("T",""))" output-token-variable-name="jwt"').inbound}
        <set-header name="X-Issuer"><value>@(((Jwt)context.Variables["jwt"]).Issuer)</value></set-header>`,
    },
    async run(call) {
      assert.equal((await call({ headers: { T: await signed() } })).echo.headers['x-issuer'], 'https://issuer')
      assert.equal((await call()).status, 401)
    },
  },
  {
    shows: 'validate-jwt require-scheme',
    policy: validate('header-name="Authorization" require-scheme="Bearer"'),
    async run(call) {
      assert.equal(await bearer(call, await signed()), 200)
      assert.equal((await call({ headers: { Authorization: await signed() } })).status, 401)
    },
  },
  {
    shows: 'validate-jwt require-expiration-time="false"',
    policy: validate('header-name="Authorization" require-expiration-time="false"'),
    async run(call) {
      assert.equal(await bearer(call, await signed({ exp: undefined })), 200)
    },
  },
  {
    shows: 'validate-jwt require-expiration-time, as by default, and clock-skew',
    policy: validate('header-name="Authorization" clock-skew="60"'),
    async run(call) {
      assert.equal(await bearer(call, await signed({ exp: undefined })), 401)
      assert.equal(await bearer(call, await signed({ exp: now() - 30 })), 200)
      assert.equal(await bearer(call, await signed({ exp: now() - 90 })), 401)
    },
  },
  {
    shows: 'validate-jwt require-signed-tokens="false"',
    policy: validate('header-name="Authorization" require-signed-tokens="false"', ''),
    async run(call) {
      assert.equal(await bearer(call, new UnsecuredJWT(claims()).encode()), 200)
    },
  },
  {
    shows: 'validate-jwt issuer-signing-keys key id n e',
    policy: validate(
      'header-name="Authorization"',
      `<issuer-signing-keys><key id="one" n="${jwk.n}" e="${jwk.e}" /></issuer-signing-keys>`,
    ),
    async run(call) {
      const by = (kid: string) => new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid }).sign(pair.privateKey)
      assert.equal(await bearer(call, await by('one')), 200)
      assert.equal(await bearer(call, await signed()), 401)
    },
  },
  {
    shows: 'validate-jwt decryption-keys key',
    policy: validate(
      'header-name="Authorization"',
      `${keys}<decryption-keys><key>${sealing.toString('base64')}</key></decryption-keys>`,
    ),
    async run(call) {
      const sealed = await new CompactEncrypt(Buffer.from(await signed()))
        .setProtectedHeader({ alg: 'dir', enc: 'A128CBC-HS256', cty: 'JWT' })
        .encrypt(sealing)
      assert.equal(await bearer(call, sealed), 200)
    },
  },
  {
    shows: 'validate-jwt audiences issuers required-claims claim match separator value',
    policy: validate(
      'header-name="Authorization"',
      `${keys}<audiences><audience>api</audience></audiences><issuers><issuer>https://issuer</issuer></issuers>
        <required-claims><claim name="scp" match="all" separator=" "><value>read</value><value>write</value></claim>
          <claim name="role" match="any"><value>a</value><value>b</value></claim></required-claims>`,
    ),
    async run(call) {
      const fine = { scp: 'read write more', role: 'b' }
      const refused = [
        { ...fine, aud: 'other' },
        { ...fine, iss: 'x' },
        { ...fine, scp: 'read' },
        { ...fine, role: 'c' },
      ]
      assert.equal(await bearer(call, await signed(fine)), 200)
      for (const wrong of refused) assert.equal(await bearer(call, await signed(wrong)), 401, JSON.stringify(wrong))
    },
  },
]
