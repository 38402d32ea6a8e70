import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import { Browser } from '../testing/browser.ts'
import { archive, articles, cli, colors, gazette, rita, tenantId } from '../testing/gazette.ts'
import { type Got, runDirectory } from '../testing/running.ts'

const running = await runDirectory(gazette)
after(() => running[Symbol.asyncDispose]())

const v1 = (form: Record<string, string>): Promise<Got> => running.post(`/${tenantId}/oauth2/token`, form)
const access = ({ json, text }: Got) =>
  json.access_token === undefined ? assert.fail(text) : decodeJwt(String(json.access_token))
const byPassword = (resource: string) =>
  v1({ grant_type: 'password', client_id: cli.appId, resource, username: rita.userPrincipalName, password: rita.password })

test('v1: resource names the API in every grant, and answers write numbers as texts', async () => {
  const secret = { client_id: archive.appId, client_secret: 'archive-secret' }
  const app = await v1({ grant_type: 'client_credentials', ...secret, resource: 'api://colors' })
  assert.deepEqual(
    [access(app).aud, access(app).ver, app.json.resource, app.json.expires_in],
    ['api://colors', '1.0', 'api://colors', '3600'],
  )
  assert.equal(Number(app.json.expires_on) - Number(app.json.not_before), 3600)
  const user = await byPassword('api://colors')
  assert.deepEqual(
    [access(user).scp, user.json.scope, decodeJwt(String(user.json.id_token)).ver],
    ['user_impersonation', 'user_impersonation', '1.0'],
  )
  const other = await v1({
    grant_type: 'refresh_token',
    client_id: cli.appId,
    refresh_token: String(user.json.refresh_token),
    resource: 'api://articles',
  })
  assert.deepEqual(
    [access(other).aud, access(other).ver],
    [articles.appId, '2.0'],
    'the API decides the version, not the endpoint',
  )
})

test('v1: on behalf of, by resource', async () => {
  const { json } = await byPassword('api://articles')
  const traded = await v1({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    requested_token_use: 'on_behalf_of',
    client_id: articles.appId,
    client_secret: 'articles-secret',
    assertion: String(json.access_token),
    resource: 'api://colors',
  })
  assert.deepEqual([access(traded).appid, access(traded).oid], [articles.appId, rita.id])
})

test('v1: device code has its own names and texts, and leads to a token for the resource', async () => {
  const form = { client_id: cli.appId, resource: 'api://colors' }
  const { json } = await running.post(`/${tenantId}/oauth2/devicecode`, form)
  assert.deepEqual([json.expires_in, json.interval, json.verification_url], ['900', '5', `${running.origin}/devicelogin`])
  const browser = new Browser(running.origin, running.directory.caPem)
  const page = await browser.submit(await browser.open('/devicelogin'), { otc: String(json.user_code) })
  await browser.signIn(page, rita.userPrincipalName, rita.password)
  await browser.close()
  const token = await v1({
    grant_type: 'device_code',
    client_id: cli.appId,
    code: String(json.device_code),
    resource: 'api://colors',
  })
  assert.equal(access(token).aud, 'api://colors')
})

test('v1: what is missing or unknown is said in the words of v1', async () => {
  const numbers = async (form: Record<string, string>) => (await v1(form)).json
  const secret = { grant_type: 'client_credentials', client_id: archive.appId, client_secret: 'archive-secret' }
  const missing = await numbers(secret)
  assert.match(String(missing.error_description), /^AADSTS900144: .*'resource'/)
  assert.deepEqual((await numbers({ ...secret, resource: 'api://nothing' })).error_codes, [500011])
  assert.ok(colors.identifierUris.includes('https://colors.example/'))
  const slash = access(await v1({ ...secret, resource: 'https://colors.example' }))
  assert.equal(slash.aud, 'https://colors.example', 'the audience is what the request called it')
})

test('common and organizations stand for the tenant wherever a person signs in', async () => {
  for (const name of ['common', 'organizations']) {
    const form = { grant_type: 'password', client_id: cli.appId, scope: 'openid api://articles/access_as_user' }
    const answer = await running.post(`/${name}/oauth2/v2.0/token`, {
      ...form,
      username: rita.userPrincipalName,
      password: rita.password,
    })
    assert.deepEqual(
      [access(answer).tid, decodeJwt(String(answer.json.id_token)).iss],
      [tenantId, `https://login.microsoftonline.com/${tenantId}/v2.0`],
    )
    const device = await running.post(`/${name}/oauth2/v2.0/devicecode`, { client_id: cli.appId, scope: 'openid' })
    assert.equal(device.status, 200)
  }
})
