import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { decodeJwt } from 'jose'
import { Browser, hiddenFields } from '../../src/directory/testing/browser.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'
import { runClient } from './directory/run-client.ts'

const tenant = '5d0d9d8e-0b1c-4b63-8a1f-4f6f2a7c9e01'
const cli = '5d0d9d8e-0b1c-4b63-8a1f-4f6f2a7c9e02'

const directory = `tenant: { id: ${tenant}, domain: vault.example }
users: [{ userPrincipalName: vera@vault.example, password: vera knows }]
applications:
  - { displayName: CLI, appId: ${cli}, isFallbackPublicClient: true, publicClient: { redirectUris: ['http://localhost'] } }
  - displayName: Vault API
    identifierUris: [api://vault]
    api:
      requestedAccessTokenVersion: 2
      oauth2PermissionScopes: [{ value: open }]
      preAuthorizedApplications: [{ appId: ${cli}, delegatedPermissionIds: [open] }]
conditionalAccessPolicies:
  - displayName: Step up
    conditions:
      users: { includeUsers: [All] }
      applications: { includeAuthenticationContextClassReferences: [c1] }
    grantControls: { builtInControls: [mfa] }
`

/** An API that wants more of a sign-in than a password, in the words of the developer guide to authentication contexts. */
const policy = `<policies>
  <inbound>
    <validate-jwt header-name="Authorization" output-token-variable-name="token">
      <openid-config url="https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration" />
    </validate-jwt>
    <choose>
      <when condition="@(!((Jwt)context.Variables[&quot;token&quot;]).Claims.GetValueOrDefault(&quot;acrs&quot;, &quot;&quot;).Contains(&quot;c1&quot;))">
        <return-response>
          <set-status code="401" reason="Unauthorized" />
          <set-header name="WWW-Authenticate"><value>@{
            var claims = "{\\"access_token\\":{\\"acrs\\":{\\"essential\\":true,\\"value\\":\\"c1\\"}}}";
            return "Bearer realm=\\"\\", error=\\"insufficient_claims\\", claims=\\"" + Convert.ToBase64String(Encoding.UTF8.GetBytes(claims)) + "\\", cc_type=\\"authcontext\\"";
          }</value></set-header>
        </return-response>
      </when>
    </choose>
  </inbound>
  <backend><forward-request /></backend>
  <outbound />
  <on-error />
</policies>`

let backend: EchoBackend
let workspace: TemporaryWorkspace
let running: Running

before(async () => {
  backend = await startEchoBackend()
  workspace = await temporaryWorkspace({
    'gatehouse.yaml':
      'gateway: { listen: 127.0.0.1:0, workers: 1 }\nidentity: { directory: directory.yaml, listen: 127.0.0.1:0 }\n',
    'directory.yaml': directory,
    ...artifactsOf('vault', { open: '/' }, { serviceUrl: backend.address }),
    'apis/vault/policy.xml': policy,
  })
  running = await startGatehouse(workspace.folder)
})
after(async () => {
  await running?.stop()
  await backend?.close()
  await workspace?.remove()
})

test('an API’s insufficient_claims leads MSAL to the second factor, and its token to acrs', async () => {
  const caFile = join(workspace.folder, '.gatehouse/ca.pem')
  const browser = new Browser(running.identity ?? '', readFileSync(caFile, 'utf8'))
  const pages: string[] = []
  const settings = { authority: `${running.identity}/${tenant}/`, clientId: cli, scopes: ['api://vault/open'] }
  const line = await runClient(
    'msal-client.ts',
    { ...settings, flow: 'step-up-api', api: `${running.gateway}/vault/` },
    caFile,
    async ({ url }) => {
      if (typeof url !== 'string') return
      const page = await browser.open(url)
      pages.push(/<title>([^<]*)/.exec(page.text)?.[1] ?? '')
      const form = page.text.includes('Password')
        ? await browser.signIn(page, 'vera@vault.example', 'vera knows')
        : await browser.submit(page, { answer: 'verify' })
      const target = /<form method="post" action="([^"]*)"/.exec(form.text)?.[1] ?? ''
      await fetch(target, { method: 'POST', body: new URLSearchParams(hiddenFields(form)) })
    },
  )
  await browser.close()
  assert.match(String(line.challenge), /error="insufficient_claims"/, JSON.stringify(line))
  assert.deepEqual(pages, ['Sign in', 'Verify your identity'])
  assert.deepEqual([decodeJwt(String(line.token)).acrs, line.status], [['c1'], 200])
})
