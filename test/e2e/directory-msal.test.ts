import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { decodeJwt, SignJWT } from 'jose'
import type { ConditionalAccessPolicy } from '../../src/catalog/directory.ts'
import { Browser, hiddenFields } from '../../src/directory/testing/browser.ts'
import { certifiedApplication } from '../../src/directory/testing/certified.ts'
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
import { startIssuer } from './directory/federated-issuer.ts'
import { type Line, runClient } from './directory/run-client.ts'

const { publicKey, privateKey, certificate: der, certified } = certifiedApplication()

const cluster = await startIssuer(publicKey)
after(() => cluster.close())
const workload = application('Workload', {
  federatedIdentityCredentials: [
    { name: 'job', issuer: cluster.issuer, subject: 'job', audiences: ['api://AzureADTokenExchange'] },
  ],
})

/** Whoever asks for the context c1 must have shown a second factor. */
const stepUp: ConditionalAccessPolicy = {
  id: '10000000-0000-4000-8000-000000000001',
  displayName: 'Step up',
  state: 'enabled',
  conditions: {
    users: { includeUsers: ['All'], excludeUsers: [], includeGroups: [], excludeGroups: [] },
    applications: { includeApplications: [], excludeApplications: [], includeAuthenticationContextClassReferences: ['c1'] },
  },
  grantControls: { operator: 'OR', builtInControls: ['mfa'], customAuthenticationFactors: [] },
}

const running = await runDirectory(
  { ...gazette, applications: [...gazette.applications, certified, workload], conditionalAccessPolicies: [stepUp] },
  { devicePollInterval: 1, managedIdentity: 'Archive Service' },
)
after(() => running[Symbol.asyncDispose]())

const run = (
  settings: Line,
  onLine?: (line: Line, tell: (text: string) => void) => void | Promise<void>,
  env: Record<string, string> = {},
) => {
  const all = { authority: `${running.origin}/${tenantId}/`, clientId: cli.appId, scopes: [], ...settings }
  return runClient('msal-client.ts', all, running.directory.caFile, onLine, env)
}

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
  const settings = { flow: 'client-credentials', clientId: certified.appId, scopes: ['api://articles/.default'] }
  const line = await run({ ...settings, certificate })
  assert.equal(claims(line.anew).azpacr, '2', JSON.stringify(line))
  const { privateKey: key } = certificate
  const older = { thumbprint: createHash('sha1').update(der).digest('hex'), privateKey: key } // x5t and RS256
  const again = await run({ ...settings, certificate: older })
  assert.equal(claims(again.anew).azpacr, '2', JSON.stringify(again))
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
    { flow: 'interactive', clientId: cli.appId, scopes: ['api://articles/access_as_user'], otherScopes: ['User.Read'] },
    async ({ url }) => {
      if (typeof url !== 'string') return
      await withBrowser(async browser => {
        const asking = await browser.signIn(await browser.open(url), rita.userPrincipalName, rita.password)
        const form = await browser.submit(asking, { answer: 'accept' }) // of Microsoft Graph, which it asks for by the way
        const target = /<form method="post" action="([^"]*)"/.exec(form.text)?.[1] ?? ''
        await fetch(target, { method: 'POST', body: new URLSearchParams(hiddenFields(form)) })
      })
    },
  )
  assert.equal(claims(line.token).scp, 'access_as_user', JSON.stringify(line))
  assert.equal(line.cached, true)
  assert.match(String(claims(line.other).scp), /User\.Read/)
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

test('MSAL redeems a web application’s code with its secret, tells what it can do, and renews in silence', async () => {
  const line = await run(
    {
      flow: 'code',
      clientId: archive.appId,
      clientSecret: 'archive-secret',
      redirectUri: 'https://archive.example/signin',
      scopes: ['api://articles/access_as_user'],
    },
    async ({ url }, tell) => {
      if (typeof url !== 'string') return
      await withBrowser(async browser => {
        const asking = await browser.signIn(await browser.open(url), rita.userPrincipalName, rita.password)
        tell((await browser.submit(asking, { answer: 'accept' })).url)
      })
    },
  )
  assert.deepEqual([claims(line.token).azpacr, claims(line.token).xms_cc], ['1', ['CP1']], JSON.stringify(line))
  assert.equal(claims(line.renewed).scp, 'access_as_user')
  assert.equal((line.idTokenClaims as Line).oid, rita.id)
})

test('MSAL shows what a federated issuer made for it, and is a managed identity', async () => {
  const assertion = await new SignJWT({ iss: cluster.issuer, sub: 'job', aud: 'api://AzureADTokenExchange' })
    .setProtectedHeader({ alg: 'RS256', kid: 'cluster' })
    .setExpirationTime('1h')
    .sign(privateKey)
  const settings = { flow: 'client-credentials', scopes: ['api://articles/.default'] }
  const line = await run({ ...settings, clientId: workload.appId, federated: assertion })
  assert.equal(claims(line.token).azp, workload.appId, JSON.stringify(line))
  const header = readFileSync(join(dirname(running.directory.caFile), 'identity-header'), 'utf8')
  const environment = { IDENTITY_ENDPOINT: `${running.origin}/msi/token`, IDENTITY_HEADER: header }
  const managed = await run({ flow: 'managed-identity', resource: 'api://articles' }, undefined, environment)
  assert.deepEqual(claims(managed.token).roles, ['admins'], JSON.stringify(managed))
})

test('MSAL is told of an API’s claims challenge in silence, and steps up on the page', async () => {
  await withBrowser(async browser => {
    const asked = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } })
    const line = await run(
      { flow: 'step-up', clientId: cli.appId, scopes: ['api://articles/access_as_user'], claims: asked },
      async ({ url }) => {
        if (typeof url !== 'string') return
        const first = await browser.open(url)
        const seen = first.text.includes('Password')
          ? await browser.signIn(first, rita.userPrincipalName, rita.password)
          : await browser.submit(first, { answer: 'verify' })
        const target = /<form method="post" action="([^"]*)"/.exec(seen.text)?.[1] ?? ''
        await fetch(target, { method: 'POST', body: new URLSearchParams(hiddenFields(seen)) })
      },
    )
    assert.deepEqual(
      [line.refused, claims(line.first).acrs, claims(line.token).acrs],
      [true, undefined, ['c1']],
      JSON.stringify(line),
    )
  })
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
