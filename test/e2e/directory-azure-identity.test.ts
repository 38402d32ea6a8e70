import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { decodeJwt, SignJWT } from 'jose'
import { makeCertificate, toPem } from '../../src/directory/certificates/make-certificate.ts'
import { Browser } from '../../src/directory/testing/browser.ts'
import { application, archive, articles, cli, gazette, rita, stateFolder, tenantId } from '../../src/directory/testing/gazette.ts'
import { runDirectory } from '../../src/directory/testing/running.ts'
import { microsoftGraph } from '../../src/workspace/local-directory/microsoft-graph.ts'
import { startIssuer } from './directory/federated-issuer.ts'
import { type Line, runClient } from './directory/run-client.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

const cluster = await startIssuer(publicKey)
after(() => cluster.close())
const { issuer } = cluster

const day = 86_400_000
const validity = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + day) }
const der = makeCertificate({
  subject: 'certified',
  issuer: 'certified',
  publicKey,
  issuerKey: privateKey,
  ...validity,
  use: { kind: 'signer' },
})
const certified = application('Certified', {
  keyCredentials: [{ type: 'AsymmetricX509Cert', usage: 'Verify', key: der.toString('base64') }],
})
const subject = 'system:serviceaccount:press:printer'
const audience = 'api://AzureADTokenExchange'
const workload = application('Workload', {
  federatedIdentityCredentials: [{ name: 'cluster', issuer, subject, audiences: [audience] }],
})
const reader = {
  principalId: archive.servicePrincipalId,
  principalType: 'ServicePrincipal' as const,
  resourceAppId: microsoftGraph.appId,
  appRoleId: microsoftGraph.appRoles.find(role => role.value === 'Directory.Read.All')?.id ?? '',
}

const running = await runDirectory(
  {
    ...gazette,
    applications: [...gazette.applications, certified, workload],
    appRoleAssignments: [...gazette.appRoleAssignments, reader],
  },
  { devicePollInterval: 1, managedIdentity: 'Archive Service' },
)
after(() => running[Symbol.asyncDispose]())

async function run(settings: Line, env: Record<string, string> = {}, onLine?: (line: Line) => void): Promise<Line> {
  const all = { origin: running.origin, tenantId, scope: 'api://articles/.default', ...settings }
  return runClient('azure-identity-client.ts', all, running.directory.caFile, onLine, env)
}

const claims = ({ token, ...line }: Line) =>
  token === undefined ? assert.fail(JSON.stringify(line)) : (decodeJwt(String(token)) as Line)

test('@azure/identity gets a token by secret, with its capabilities in it', async () => {
  const line = claims(await run({ flow: 'secret', clientId: archive.appId, clientSecret: 'archive-secret' }))
  assert.deepEqual([line.roles, line.xms_cc], [['admins'], ['CP1']])
  const wrong = await run({ flow: 'secret', clientId: archive.appId, clientSecret: 'wrong' })
  assert.match(String(wrong.message), /AADSTS7000215/)
})

test('@azure/identity gets a token by certificate', async () => {
  const certificate = `${privateKey.export({ format: 'pem', type: 'pkcs8' })}${toPem(der)}`
  assert.equal(claims(await run({ flow: 'certificate', clientId: certified.appId, certificate })).azpacr, '2')
})

test('@azure/identity trades a user’s token on behalf of the user', async () => {
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
  assert.equal(claims(await run({ ...settings, scope: 'api://colors/user_impersonation' })).oid, rita.id)
})

test('@azure/identity signs in by device code', async () => {
  const browser = new Browser(running.origin, running.directory.caPem)
  const line = await run({ flow: 'device', clientId: cli.appId }, {}, ({ device }) => {
    const code = (device as { userCode?: string } | undefined)?.userCode
    if (code === undefined) return
    void browser
      .open('/devicelogin')
      .then(page => browser.submit(page, { otc: code }))
      .then(page => browser.signIn(page, rita.userPrincipalName, rita.password))
  })
  await browser.close()
  assert.equal(claims(line).preferred_username, rita.userPrincipalName)
})

test('@azure/identity shows a workload’s token of its cluster', async () => {
  const tokenFile = join(stateFolder(), 'token')
  const claimed = { iss: issuer, sub: subject, aud: audience }
  const token = await new SignJWT(claimed)
    .setProtectedHeader({ alg: 'RS256', kid: 'cluster' })
    .setExpirationTime('1h')
    .sign(privateKey)
  writeFileSync(tokenFile, token)
  assert.equal(claims(await run({ flow: 'workload', clientId: workload.appId, tokenFile })).azp, workload.appId)
})

test('@azure/identity is a managed identity, of App Service and of a virtual machine', async () => {
  const header = readFileSync(join(dirname(running.directory.caFile), 'identity-header'), 'utf8')
  const appService = { IDENTITY_ENDPOINT: `${running.origin}/msi/token`, IDENTITY_HEADER: header }
  assert.deepEqual(claims(await run({ flow: 'managed' }, appService)).roles, ['admins'])
  assert.deepEqual(claims(await run({ flow: 'managed' }, { AZURE_POD_IDENTITY_AUTHORITY_HOST: running.origin })).roles, [
    'admins',
  ])
})

test('the Microsoft Graph client reads users, and errors as Graph tells them', async () => {
  const settings = {
    flow: 'graph',
    clientId: archive.appId,
    clientSecret: 'archive-secret',
    scope: 'https://graph.microsoft.com/.default',
  }
  const { users, missing } = await run(settings)
  assert.deepEqual(users, [{ displayName: 'The rita' }])
  assert.equal(missing, '404 Request_ResourceNotFound')
})
