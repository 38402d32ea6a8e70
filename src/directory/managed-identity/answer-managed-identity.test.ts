import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import { archive, articles, cli } from '../testing/gazette.ts'
import { runDirectory } from '../testing/running.ts'

const running = await runDirectory(undefined, { managedIdentity: 'Archive Service' })
after(() => running[Symbol.asyncDispose]())
const file = join(dirname(running.directory.caFile), 'identity-header')
const header = readFileSync(file, 'utf8')

const appService = (query: Record<string, string>, sent = header) =>
  running.get(`/msi/token?${new URLSearchParams({ 'api-version': '2019-08-01', ...query })}`, { 'x-identity-header': sent })
const metadata = (query: Record<string, string>, headers: Record<string, string> = { metadata: 'true' }) =>
  running.get(`/metadata/identity/oauth2/token?${new URLSearchParams({ 'api-version': '2018-02-01', ...query })}`, headers)
const resource = 'api://articles'

test('App Service: a token for the resource, to whoever knows the header', async () => {
  const { json, status } = await appService({ resource })
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(json).sort(), ['access_token', 'client_id', 'expires_on', 'resource', 'token_type'])
  const claims = decodeJwt(String(json.access_token))
  assert.deepEqual(
    [claims.oid, claims.aud, claims.azpacr, claims.roles],
    [archive.servicePrincipalId, articles.appId, '2', ['admins']],
  )
  assert.equal(json.expires_on, String(claims.exp))
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal((await appService({ resource }, 'wrong')).status, 401)
  assert.equal((await appService({ resource }, '')).status, 401)
})

test('instance metadata: the field Metadata is demanded, forwarded requests are refused', async () => {
  const { json } = await metadata({ resource })
  assert.deepEqual([json.client_id, json.expires_in], [archive.appId, '3600'])
  assert.equal((await metadata({ resource }, {})).status, 400)
  assert.equal((await metadata({ resource }, { metadata: 'true', 'x-forwarded-for': '10.0.0.1' })).status, 400)
})

test('another identity, an unknown resource and none at all are refused', async () => {
  assert.equal((await metadata({ resource, client_id: archive.appId })).status, 200)
  assert.equal((await metadata({ resource, client_id: cli.appId })).json.error_description, 'Identity not found')
  assert.match(String((await appService({ resource: 'api://nothing' })).json.message), /^AADSTS500011/)
  assert.equal((await appService({})).status, 400)
  await using bare = await runDirectory()
  assert.equal((await bare.get(`/msi/token?resource=${resource}`, { 'x-identity-header': header })).status, 404)
})
