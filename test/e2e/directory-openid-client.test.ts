import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import { Browser } from '../../src/directory/testing/browser.ts'
import { certifiedApplication } from '../../src/directory/testing/certified.ts'
import { archive, articles, cli, gazette, rita, tenantId } from '../../src/directory/testing/gazette.ts'
import { runDirectory } from '../../src/directory/testing/running.ts'
import { type Line, runClient } from './directory/run-client.ts'

const { privateKey, certificate: der, certified } = certifiedApplication()

const running = await runDirectory({ ...gazette, applications: [...gazette.applications, certified] }, { devicePollInterval: 1 })
after(() => running[Symbol.asyncDispose]())
const browser = new Browser(running.origin, running.directory.caPem)
after(() => browser.close())

const run = (settings: Line, onLine?: (line: Line, tell: (text: string) => void) => void | Promise<void>) => {
  const metadata = `${running.origin}/${tenantId}/v2.0/.well-known/openid-configuration`
  return runClient(
    'openid-client.ts',
    { metadata, redirectUri: 'http://localhost:4711/', ...settings },
    running.directory.caFile,
    onLine,
  )
}

test('openid-client gets a token by secret', async () => {
  const line = await run({
    flow: 'client-credentials',
    clientId: archive.appId,
    clientSecret: 'archive-secret',
    scope: 'api://articles/.default',
  })
  assert.deepEqual(decodeJwt(String(line.token)).roles, ['admins'], JSON.stringify(line))
})

test('openid-client signs in with state, nonce and PKCE, checks the id token, asks userinfo and refreshes', async () => {
  const line = await run(
    { flow: 'code', clientId: cli.appId, scope: 'openid profile offline_access User.Read' },
    async ({ url }, tell) => {
      if (typeof url !== 'string') return
      const asked = await browser.signIn(await browser.open(url), rita.userPrincipalName, rita.password)
      tell((await browser.submit(asked, { answer: 'accept' })).url)
    },
  )
  const claims = line.claims as Line | undefined
  assert.deepEqual([claims?.oid, claims?.aud, claims?.tid], [rita.id, cli.appId, tenantId], JSON.stringify(line))
  assert.equal((line.info as Line).name, rita.displayName)
  assert.equal(typeof line.refreshed, 'string')
})

const web = { clientId: archive.appId, clientSecret: 'archive-secret', redirectUri: 'https://archive.example/signin' }

/** Signs Rita in at the address that the client made, agrees where it is asked, and hands the answer back. */
const answering =
  (own: Browser) =>
  async ({ url }: Line, tell: (text: string) => void): Promise<void> => {
    if (typeof url !== 'string') return
    const first = await own.open(url)
    const seen = first.text.includes('Password') ? await own.signIn(first, rita.userPrincipalName, rita.password) : first
    tell((seen.text.includes('Permissions requested') ? await own.submit(seen, { answer: 'accept' }) : seen).url)
  }

test('openid-client checks the id token that comes with the code (hybrid), and one that comes alone (implicit)', async () => {
  const hybrid = await run({ ...web, flow: 'hybrid', scope: 'openid profile api://articles/access_as_user' }, answering(browser))
  assert.equal((hybrid.claims as Line | undefined)?.oid, rita.id, JSON.stringify(hybrid))
  assert.equal(decodeJwt(String(hybrid.token)).scp, 'access_as_user')
  const implicit = await run({ ...web, flow: 'implicit', scope: 'openid profile email' }, answering(browser))
  assert.equal((implicit.claims as Line | undefined)?.oid, rita.id, JSON.stringify(implicit))
})

test('openid-client proves itself by certificate', async () => {
  const key = privateKey.export({ format: 'jwk' })
  const thumbprint = createHash('sha256').update(der).digest('base64url')
  const line = await run({
    flow: 'client-credentials',
    clientId: certified.appId,
    key,
    thumbprint,
    scope: 'api://articles/.default',
  })
  assert.equal(decodeJwt(String(line.token)).azpacr, '2', JSON.stringify(line))
})

test('openid-client signs in by device code', async () => {
  const line = await run({ flow: 'device', clientId: cli.appId, scope: 'api://articles/access_as_user' }, ({ device }) => {
    const code = (device as { user_code?: string } | undefined)?.user_code
    if (code === undefined) return
    void browser.open('/devicelogin').then(async page => {
      const next = await browser.submit(page, { otc: code })
      await (next.text.includes('Pick an account')
        ? browser.submit(next, { account: rita.id })
        : browser.signIn(next, rita.userPrincipalName, rita.password))
    })
  })
  assert.equal(decodeJwt(String(line.token)).aud, articles.appId, JSON.stringify(line))
})
