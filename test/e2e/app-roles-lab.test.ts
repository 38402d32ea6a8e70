/**
 * A team's first afternoon with app roles: an API without any sign-in of its own, members who may read a color and admins who may reset it, a
 * policy on each operation, and the Azure CLI's sign-in by device code. Tokens are v1, the policies check them by v2 metadata, as in Azure.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { decodeJwt } from 'jose'
import { Browser } from '../../src/directory/testing/browser.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'
import { type Line, runClient } from './directory/run-client.ts'

const tenant = '2b8f0f0e-52f1-4c38-9d3b-7b0f6f5a1c01'
const apiId = '2b8f0f0e-52f1-4c38-9d3b-7b0f6f5a1c02'
/** The Azure CLI, which every tenant knows. */
const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

const directory = `tenant: { id: ${tenant}, domain: paint.example }
users:
  - { userPrincipalName: mia@paint.example, password: mia likes red, displayName: Mia Member }
  - { userPrincipalName: ada@paint.example, password: ada likes blue, displayName: Ada Admin }
  - { userPrincipalName: tom@paint.example, password: tom likes none, displayName: Tom }
applications:
  - displayName: colors-auth
    appId: ${apiId}
    identifierUris: [api://${apiId}]
    appRoles:
      - { value: Colors.Members, displayName: Members, allowedMemberTypes: [User, Application] }
      - { value: Colors.Admins, displayName: Admins, allowedMemberTypes: [User, Application] }
    api:
      requestedAccessTokenVersion: null
      oauth2PermissionScopes: [{ value: Colors.Read }]
appRoleAssignments:
  - { principal: mia@paint.example, resource: colors-auth, role: Colors.Members }
  - { principal: ada@paint.example, resource: colors-auth, role: Colors.Members }
  - { principal: ada@paint.example, resource: colors-auth, role: Colors.Admins }
`

const policyFor = (role: string) => `<policies>
  <inbound>
    <base />
    <validate-jwt header-name="Authorization" failed-validation-httpcode="401" failed-validation-error-message="Unauthorized due APIM Policy">
      <openid-config url="https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration" />
      <audiences>
        <audience>api://${apiId}</audience>
        <audience>${apiId}</audience>
      </audiences>
      <issuers>
        <issuer>https://sts.windows.net/${tenant}/</issuer>
      </issuers>
      <required-claims>
        <claim name="roles" match="any">
          <value>${role}</value>
        </claim>
      </required-claims>
    </validate-jwt>
  </inbound>
  <backend><base /></backend>
  <outbound><base /></outbound>
  <on-error><base /></on-error>
</policies>`

let backend: EchoBackend
let workspace: TemporaryWorkspace
let running: Running

before(async () => {
  backend = await startEchoBackend()
  workspace = await temporaryWorkspace({
    'gatehouse.yaml':
      'gateway: { listen: 127.0.0.1:0, workers: 1 }\nidentity: { directory: directory.yaml, listen: 127.0.0.1:0, devicePollInterval: 1 }\n',
    'directory.yaml': directory,
    ...artifactsOf('colors', { random: '/random', reset: 'POST /reset' }, { serviceUrl: backend.address }),
    'apis/colors/operations/random/policy.xml': policyFor('Colors.Members'),
    'apis/colors/operations/reset/policy.xml': policyFor('Colors.Admins'),
  })
  running = await startGatehouse(workspace.folder)
})
after(async () => {
  await running?.stop()
  await backend?.close()
  await workspace?.remove()
})

/** What the Azure CLI does: signs in by device code for the resource manager, then asks for the API in silence. */
async function signIn(user: string, password: string): Promise<Line> {
  const caFile = join(workspace.folder, '.gatehouse/ca.pem')
  const settings = {
    flow: 'device-code',
    authority: `${running.identity}/${tenant}/`,
    clientId: azureCli,
    scopes: ['https://management.core.windows.net//.default'],
    otherScopes: [`api://${apiId}/.default`],
  }
  return runClient('msal-client.ts', settings, caFile, async ({ code }) => {
    if (code === undefined) return
    const { userCode, verificationUri } = code as { userCode: string; verificationUri: string } // MSAL's own answer
    const browser = new Browser(running.identity ?? '', readFileSync(caFile, 'utf8'))
    const page = await browser.submit(await browser.open(verificationUri), { otc: userCode })
    await browser.signIn(page, user, password)
    await browser.close()
  })
}

async function call(token: unknown, method: 'GET' | 'POST', path: string): Promise<string> {
  const answer = await fetch(`${running.gateway}/colors${path}`, { method, headers: { authorization: `Bearer ${token}` } })
  const body = (await answer.json()) as { message?: string }
  return `${answer.status}${body.message === undefined ? '' : ` ${body.message}`}`
}

test('the CLI is told that it has no consent, by its own id; once it is authorized the roles decide', async () => {
  const before = await signIn('mia@paint.example', 'mia likes red')
  assert.match(String(before.errorMessage), new RegExp(`AADSTS65001: .*'${azureCli}'`), JSON.stringify(before))
  assert.equal(before.subError, 'consent_required')

  await workspace.edit('directory.yaml', text =>
    text.replace(
      'oauth2PermissionScopes: [{ value: Colors.Read }]',
      `oauth2PermissionScopes: [{ value: Colors.Read }]
      preAuthorizedApplications: [{ appId: ${azureCli}, delegatedPermissionIds: [Colors.Read] }]`,
    ),
  )
  await running.logged(/the change is in force/)

  const mia = (await signIn('mia@paint.example', 'mia likes red')).other
  const claims = decodeJwt(String(mia)) as Line
  assert.deepEqual([claims.ver, claims.iss, claims.appid], ['1.0', `https://sts.windows.net/${tenant}/`, azureCli])
  assert.deepEqual([claims.aud, claims.scp, claims.roles], [`api://${apiId}`, 'Colors.Read', ['Colors.Members']])
  assert.equal(await call(mia, 'GET', '/random'), '200')
  assert.equal(await call(mia, 'POST', '/reset'), '401 Unauthorized due APIM Policy')

  const ada = (await signIn('ada@paint.example', 'ada likes blue')).other
  assert.deepEqual((decodeJwt(String(ada)) as Line).roles, ['Colors.Members', 'Colors.Admins'])
  assert.equal(await call(ada, 'GET', '/random'), '200')
  assert.equal(await call(ada, 'POST', '/reset'), '200')

  const tom = (await signIn('tom@paint.example', 'tom likes none')).other
  assert.equal((decodeJwt(String(tom)) as Line).roles, undefined)
  assert.equal(await call(tom, 'GET', '/random'), '401 Unauthorized due APIM Policy')
  assert.equal(await call('none', 'GET', '/random'), '401 Unauthorized due APIM Policy')
})
