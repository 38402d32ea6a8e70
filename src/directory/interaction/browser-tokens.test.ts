import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import { Browser, type Seen } from '../testing/browser.ts'
import { application, archive, articles, cli, gazette, newsroom, paul, rita, tenantId } from '../testing/gazette.ts'
import { type Running, runDirectory } from '../testing/running.ts'

const page = application('Old page', {
  redirectUris: { web: ['https://old.example/page'], spa: [], publicClient: [] },
  implicitGrantSettings: { enableAccessTokenIssuance: true },
  groupMembershipClaims: 'SecurityGroup',
  logoutUrl: 'https://old.example/out?x=1',
})
const strict = application('Strict', {
  redirectUris: { web: ['https://strict.example/'], spa: [], publicClient: [] },
  implicitGrantSettings: { enableIdTokenIssuance: false },
})
const grouped = Array.from({ length: 5 }, (_, i) => ({
  ...newsroom,
  id: `3000000${i}-0000-4000-8000-000000000000`,
  displayName: `G${i}`,
}))
const document = {
  ...gazette,
  applications: [...gazette.applications, page, strict],
  groups: [newsroom, ...grouped],
}
const running = await runDirectory(document)
after(() => running[Symbol.asyncDispose]())

function browserOf({ origin, directory }: Running): Browser {
  const made = new Browser(origin, directory.caPem)
  after(() => made.close())
  return made
}

const address = (change: Record<string, string> = {}) =>
  `/${tenantId}/oauth2/v2.0/authorize?${new URLSearchParams({
    client_id: page.appId,
    response_type: 'id_token token',
    redirect_uri: 'https://old.example/page',
    scope: 'openid profile api://articles/access_as_user',
    nonce: 'n',
    ...change,
  })}`
const fragment = (seen: Seen) => Object.fromEntries(new URLSearchParams(new URL(seen.url).hash.slice(1)))

async function answered(change: Record<string, string> = {}, who = rita, own = browserOf(running)): Promise<Seen> {
  const first = await own.signIn(await own.open(address(change)), who.userPrincipalName, who.password)
  return first.text.includes('Permissions requested') ? own.submit(first, { answer: 'accept' }) : first
}

test('implicit: both tokens come in the fragment, bound to each other, where the application allows it', async () => {
  const fields = fragment(await answered())
  const access = decodeJwt(fields.access_token ?? '')
  const id = decodeJwt(fields.id_token ?? '')
  assert.deepEqual([access.aud, access.scp, access.azpacr], [articles.appId, 'access_as_user', '0'])
  assert.deepEqual(
    [fields.token_type, fields.expires_in, fields.scope],
    ['Bearer', '3600', 'api://articles/access_as_user api://articles/.default'],
  )
  const half = createHash('sha256')
    .update(fields.access_token ?? '')
    .digest()
    .subarray(0, 16)
    .toString('base64url')
  assert.deepEqual([id.at_hash, id.nonce, id.c_hash], [half, 'n', undefined])
  const own = browserOf(running)
  const refused = fragment(await own.open(address({ client_id: archive.appId, redirect_uri: 'https://archive.example/signin' })))
  assert.match(refused.error_description ?? '', /^AADSTS700051/)
  const noId = { client_id: strict.appId, redirect_uri: 'https://strict.example/', response_type: 'code id_token' }
  assert.match(fragment(await own.open(address(noId))).error_description ?? '', /^AADSTS700054/)
})

test('implicit: a token in an address only says that there are groups when there are six', async () => {
  const many = decodeJwt(fragment(await answered({}, paul)).id_token ?? '')
  assert.deepEqual([many.hasgroups, many.groups], [true, undefined])
  await using fewer = await runDirectory({ ...document, groups: document.groups.slice(1) })
  const few = fragment(await answered({}, paul, browserOf(fewer)))
  assert.equal((decodeJwt(few.id_token ?? '').groups as string[]).length, 5)
  const hybrid = fragment(await answered({ response_type: 'code id_token' }, paul))
  assert.equal((decodeJwt(hybrid.id_token ?? '').groups as string[]).length, 6, 'with a code there is another way to ask')
})

test('a token never comes in a query, and a form is as good as a fragment', async () => {
  const own = browserOf(running)
  const query = await own.open(address({ response_mode: 'query' }))
  assert.match(decodeURIComponent(query.url), /AADSTS70007/)
  assert.ok(!query.url.includes('access_token'))
  const form = await answered({ response_mode: 'form_post' })
  assert.match(form.text, /name="access_token" value="ey/)
})

test('logout tells the applications of the session in frames, with issuer and session', async () => {
  const own = browserOf(running)
  const claims = JSON.stringify({ id_token: { sid: null, login_hint: null } })
  const id = decodeJwt(fragment(await answered({ claims }, rita, own)).id_token ?? '')
  const back = `&post_logout_redirect_uri=${encodeURIComponent('https://old.example/page')}`
  const out = await own.open(`/${tenantId}/oauth2/v2.0/logout?logout_hint=${id.login_hint}${back}`)
  const issuer = encodeURIComponent(`https://login.microsoftonline.com/${tenantId}/v2.0`)
  assert.ok(out.text.includes(`src="https://old.example/out?x=1&amp;iss=${issuer}&amp;sid=${id.sid}"`), out.text)
  assert.match(String(out.headers['content-security-policy']), /frame-src https:\/\/old\.example/)
  assert.equal(out.headers.refresh, '2;url=https://old.example/page')
  assert.match((await own.open(address())).text, /Password/)
})

test('logout with a hint signs out that account alone, and sid or login_hint of an id token name one', async () => {
  const own = browserOf(running)
  const claims = JSON.stringify({ id_token: { sid: null, login_hint: null } })
  await answered({ claims }, paul, own)
  const id = decodeJwt(fragment(await answered({ claims, prompt: 'login' }, rita, own)).id_token ?? '')
  const silent = async (change: Record<string, string>) => fragment(await own.open(address({ prompt: 'none', ...change })))
  assert.match((await silent({})).error_description ?? '', /^AADSTS16000/)
  const hinted = decodeJwt((await silent({ login_hint: String(id.login_hint) })).id_token ?? '')
  assert.equal(hinted.oid, rita.id)
  await own.open(`/${tenantId}/oauth2/v2.0/logout?logout_hint=${rita.userPrincipalName}`)
  assert.match((await silent({ login_hint: rita.userPrincipalName })).error_description ?? '', /^AADSTS50058/)
  assert.equal(decodeJwt((await silent({ sid: String(id.sid) })).id_token ?? '').oid, paul.id)
})

test('an administrator agrees for everybody, at the endpoint for it or on the page of a sign-in', async () => {
  const admins = [
    { displayName: 'Global Administrator', roleTemplateId: '62e90394-69f5-4237-9190-012177145e10', members: [paul.id] },
  ]
  await using own = await runDirectory({ ...document, directoryRoles: admins })
  const ask = `/${tenantId}/v2.0/adminconsent?${new URLSearchParams({
    client_id: cli.appId,
    scope: 'https://graph.microsoft.com/Group.Read.All',
    redirect_uri: 'http://localhost:4711',
    state: 's',
  })}`
  const user = browserOf(own)
  const refused = await user.signIn(await user.open(ask), rita.userPrincipalName, rita.password)
  assert.match(refused.text, /AADSTS90094/)
  const admin = browserOf(own)
  const consent = await admin.signIn(await admin.open(ask), paul.userPrincipalName, paul.password)
  assert.match(consent.text, /Consent on behalf of your organization/)
  const done = new URL((await admin.submit(consent, { answer: 'accept', forAll: 'yes' })).url).searchParams
  assert.deepEqual([done.get('admin_consent'), done.get('tenant'), done.get('state')], ['True', tenantId, 's'])
  const token = await own.token({
    grant_type: 'password',
    client_id: cli.appId,
    scope: 'Group.Read.All',
    username: rita.userPrincipalName,
    password: rita.password,
  })
  assert.equal(token.status, 200, token.text)
})

test('a tenant of another cloud issues under that cloud’s names', async () => {
  await using china = await runDirectory({ ...gazette, tenant: { ...gazette.tenant, cloud: 'china' } })
  const host = { host: 'login.partner.microsoftonline.cn' }
  const metadata = (await china.get(`/${tenantId}/v2.0/.well-known/openid-configuration`, host)).json
  assert.equal(metadata.issuer, `https://login.partner.microsoftonline.cn/${tenantId}/v2.0`)
  assert.equal(metadata.token_endpoint, `https://login.partner.microsoftonline.cn/${tenantId}/oauth2/v2.0/token`)
  assert.deepEqual(
    [metadata.cloud_instance_name, metadata.msgraph_host],
    ['partner.microsoftonline.cn', 'microsoftgraph.chinacloudapi.cn'],
  )
  const form = { grant_type: 'client_credentials', client_id: archive.appId, client_secret: 'archive-secret' }
  const v2 = await china.token({ ...form, scope: 'api://articles/.default' })
  assert.equal(decodeJwt(String(v2.json.access_token)).iss, metadata.issuer)
  const graph = await china.token({ ...form, scope: 'https://microsoftgraph.chinacloudapi.cn/.default' })
  assert.equal(decodeJwt(String(graph.json.access_token)).iss, `https://sts.chinacloudapi.cn/${tenantId}/`)
})
