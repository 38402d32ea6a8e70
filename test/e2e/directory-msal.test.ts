import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import { makeCertificate } from '../../src/directory/certificates/make-certificate.ts'
import { Browser, hiddenFields } from '../../src/directory/testing/browser.ts'
import {
  application,
  archive,
  articles,
  cli,
  colors,
  domain,
  gazette,
  rita,
  tenantId,
} from '../../src/directory/testing/gazette.ts'
import { runDirectory } from '../../src/directory/testing/running.ts'
import { type Line, runClient } from './directory/run-client.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const der = makeCertificate({
  subject: 'certified',
  issuer: 'certified',
  publicKey,
  issuerKey: privateKey,
  notBefore: new Date(Date.now() - 86_400_000),
  notAfter: new Date(Date.now() + 86_400_000),
  use: { kind: 'signer' },
})
const certified = application('Certified', {
  keyCredentials: [{ type: 'AsymmetricX509Cert', usage: 'Verify', key: der.toString('base64') }],
})

const running = await runDirectory({ ...gazette, applications: [...gazette.applications, certified] }, { devicePollInterval: 1 })
after(() => running[Symbol.asyncDispose]())

const run = (settings: Line, onLine?: (line: Line) => void | Promise<void>) =>
  runClient('msal-client.ts', { authority: `${running.origin}/${tenantId}/`, ...settings }, running.directory.caFile, onLine)

const claims = (token: unknown) => decodeJwt(String(token)) as Record<string, unknown>

/** Signs Rita in, in a browser of its own. */
async function withBrowser<T>(use: (browser: Browser) => Promise<T>): Promise<T> {
  const browser = new Browser(running.origin, running.directory.caPem)
  try {
    return await use(browser)
  } finally {
    await browser.close()
  }
}

test('MSAL gets a token by secret, by tenant id and by domain, and finds it in its cache', async () => {
  for (const name of [tenantId, domain]) {
    const authority = `${running.origin}/${name}/`
    const settings = {
      flow: 'client-credentials',
      authority,
      clientId: archive.appId,
      clientSecret: 'archive-secret',
      scopes: ['api://articles/.default'],
    }
    const line = await run(settings)
    assert.deepEqual(claims(line.token).roles, ['admins'], JSON.stringify(line))
    assert.equal(line.cached, true)
  }
})

test('MSAL gets tokens by certificate, the same assertion more than once', async () => {
  const certificate = {
    thumbprintSha256: createHash('sha256').update(der).digest('hex'),
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  }
  const line = await run({
    flow: 'client-credentials',
    clientId: certified.appId,
    certificate,
    scopes: ['api://articles/.default'],
  })
  assert.equal(claims(line.anew).azpacr, '2', JSON.stringify(line))
})

test('MSAL tells its developer what Entra would', async () => {
  const line = await run({
    flow: 'client-credentials',
    clientId: archive.appId,
    clientSecret: 'wrong',
    scopes: ['api://articles/.default'],
  })
  assert.equal(line.failed, 'invalid_client')
  assert.match(String(line.errorMessage), /7000215.*AADSTS7000215: Invalid client secret/)
})

test('MSAL signs in by device code, and is silent afterwards for this API and another', async () => {
  const line = await run(
    {
      flow: 'device-code',
      clientId: cli.appId,
      scopes: ['api://articles/.default'],
      otherScopes: ['api://colors/user_impersonation'],
    },
    ({ code }) => {
      if (code === undefined) return
      // MSAL hands over what the directory answered
      const { userCode, verificationUri } = code as { userCode: string; verificationUri: string }
      void withBrowser(async browser => {
        const page = await browser.submit(await browser.open(verificationUri), { otc: userCode })
        await browser.signIn(page, rita.userPrincipalName, rita.password)
      })
    },
  )
  assert.equal(claims(line.token).aud, articles.appId, JSON.stringify(line))
  assert.equal((line.account as { homeAccountId: string }).homeAccountId, `${rita.id}.${tenantId}`)
  assert.equal(line.cached, true)
  const other = claims(line.other)
  assert.deepEqual([other.aud, other.ver, other.oid], ['api://colors', '1.0', rita.id])
})

test('MSAL signs in through a browser, with PKCE and a form that sends itself', async () => {
  const line = await run(
    { flow: 'interactive', clientId: cli.appId, scopes: ['api://articles/access_as_user'] },
    async ({ url }) => {
      if (typeof url !== 'string') return
      await withBrowser(async browser => {
        const form = await browser.signIn(await browser.open(url), rita.userPrincipalName, rita.password)
        const target = /<form method="post" action="([^"]*)"/.exec(form.text)?.[1] ?? ''
        await fetch(target, { method: 'POST', body: new URLSearchParams(hiddenFields(form)) })
      })
    },
  )
  assert.equal(claims(line.token).scp, 'access_as_user', JSON.stringify(line))
  assert.equal(line.cached, true)
})

test('MSAL trades a user’s token on behalf of the user, and learns when consent is missing', async () => {
  const issued = await running.directory.issueToken({
    client: cli.appId,
    user: rita.userPrincipalName,
    scope: 'api://articles/.default',
  })
  assert.ok(issued.kind === 'token')
  const settings = {
    flow: 'on-behalf-of',
    clientId: articles.appId,
    clientSecret: 'articles-secret',
    assertion: issued.accessToken,
  }
  const line = await run({ ...settings, scopes: ['api://colors/user_impersonation'] })
  assert.deepEqual([claims(line.token).aud, claims(line.token).appid], ['api://colors', articles.appId], JSON.stringify(line))
  const lacking = await run({ ...settings, scopes: ['https://graph.microsoft.com/User.Read'] })
  assert.deepEqual([lacking.interaction, lacking.subError], [true, 'consent_required'])
  assert.ok(colors.appId !== articles.appId)
})

test('MSAL signs in by password for test automation', async () => {
  const settings = {
    flow: 'password',
    clientId: cli.appId,
    scopes: ['api://articles/access_as_user'],
    username: rita.userPrincipalName,
  }
  const line = await run({ ...settings, password: rita.password })
  assert.equal(claims(line.token).preferred_username, rita.userPrincipalName, JSON.stringify(line))
  const wrong = await run({ ...settings, password: 'wrong' })
  assert.match(String(wrong.errorMessage), /AADSTS50126/)
})
