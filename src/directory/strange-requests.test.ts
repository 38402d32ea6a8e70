import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { archive, articles, cli, rita, tenantId } from './testing/gazette.ts'
import { runDirectory } from './testing/running.ts'

const running = await runDirectory()
after(() => running[Symbol.asyncDispose]())

/** The same numbers in every run. */
function numbers(seed: string): (below: number) => number {
  let count = 0
  return below => createHash('sha256').update(`${seed} ${count++}`).digest().readUInt32BE(0) % below
}

const names = `
  client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'grant_type', 'scope', 'resource', 'code',
  'code_verifier redirect_uri', 'refresh_token', 'assertion', 'requested_token_use', 'username', 'password',
  'device_code', 'claims', 'client_info response_type', 'response_mode', 'state', 'nonce', 'prompt', 'login_hint',
  'sid', 'code_challenge', 'code_challenge_method post_logout_redirect_uri', 'logout_hint', 'otc', 'csrf', 'client-
  request-id`
  .trim()
  .split(/\s+/)
const texts = [
  '',
  '0',
  'null',
  '[]',
  '{}',
  '{"access_token":[],"id_token":{"acrs":null}}',
  '{"access_token":{"acrs":{"values":[1,{},"c1"]}}}',
  'a'.repeat(3000),
  '%',
  '\u0000',
  '🦔',
  '\'"><script>',
  '../..',
  '__proto__',
  'constructor',
  'https://a.example/\r\nX: y',
  cli.appId,
  archive.appId,
  articles.appId.toUpperCase(),
  'archive-secret',
  'api://articles/.default',
  'openid',
  'api://articles/access_as_user',
  'authorization_code',
  'client_credentials',
  'refresh_token',
  'password',
  'device_code',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'on_behalf_of',
  rita.userPrincipalName,
  rita.password,
  'http://localhost',
  'code',
  'id_token token',
  'none',
  'login',
  'form_post',
  'O.AAAA',
  'e30.e30.',
  'eyJhbGciOiJub25lIn0.e30.',
  'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
]
const places = [
  'oauth2/v2.0/token',
  'oauth2/token',
  'oauth2/v2.0/authorize',
  'oauth2/authorize',
  'oauth2/v2.0/devicecode',
  'oauth2/v2.0/logout',
  'v2.0/adminconsent',
  'userrealm/x',
  'discovery/v2.0/keys',
  'oauth2/v2.0/token/more',
]
const tenants = [tenantId, 'common', 'organizations', 'consumers', '__proto__', '%2e%2e', 'a b']

test('no request, however strange, meets a bug: every answer is a page, a redirect or a body of Entra’s', async () => {
  const next = numbers('strange')
  const pick = <T>(list: readonly T[]): T => list[next(list.length)] ?? assert.fail('an empty list')
  for (let i = 0; i < 600; i++) {
    const fields = new URLSearchParams(Array.from({ length: next(8) }, (): [string, string] => [pick(names), pick(texts)]))
    const path = `/${pick(tenants)}/${pick(places)}`
    const isPost = next(2) === 0
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = isPost
      ? await running.send('POST', path, form, fields.toString())
      : await running.send(
          'GET',
          `${path}?${fields}`,
          next(3) === 0
            ? {
                authorization: `Basic ${pick(texts)
                  .slice(0, 40)
                  .replace(/[^\x20-\x7e]/g, '')}`,
              }
            : {},
        )
    const told = `${isPost ? 'POST' : 'GET'} ${path} ${fields}: ${answer.status} ${answer.text.slice(0, 200)}`
    assert.ok([200, 302, 400, 401, 404].includes(answer.status), told)
    assert.ok(!answer.text.includes("<script>'"), told)
    assert.equal(answer.headers.x, undefined, told)
    if (answer.status === 401) assert.equal(typeof answer.json.error, 'string', told)
  }
})
