import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { codeNow } from '../../src/directory/interaction/one-time-code.ts'
import { launchChromium, withoutChromium } from '../harness/chromium.ts'
import { type EchoBackend, startEchoBackend } from '../harness/echo-backend.ts'
import { type Running, startGatehouse } from '../harness/gatehouse.ts'
import { artifactsOf, type TemporaryWorkspace, temporaryWorkspace } from '../harness/workspace.ts'
import { type PageServer, startPageServer } from './directory/page-server.ts'

const tenant = '6f0f6a0e-6d5b-4f3c-8a53-3a1c8c6b7d21'
const clientId = '6f0f6a0e-6d5b-4f3c-8a53-3a1c8c6b7d22'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const directoryFor = (origin: string) => `tenant: { id: ${tenant}, domain: reader.example }
users:
  - { userPrincipalName: rita@reader.example, password: a good one, displayName: Rita Reader }
  - userPrincipalName: otto@reader.example
    password: a good one
    softwareOathMethods: [{ secretKey: JBSWY3DPEHPK3PXP }]
  - { userPrincipalName: nobody@reader.example, password: a good one, accountEnabled: false }
groups: [{ displayName: Careful, members: [otto@reader.example] }]
applications:
  - displayName: Reader page
    appId: ${clientId}
    spa: { redirectUris: ['${origin}/redirect', '${origin}/'] }
    web: { redirectUris: ['http://localhost/posted'] }
  - displayName: Articles API
    identifierUris: [api://articles]
    api:
      requestedAccessTokenVersion: 2
      oauth2PermissionScopes:
        - value: read
          userConsentDisplayName: Read your articles
          userConsentDescription: Lets the app read whatever you may read, and nothing else.
        - { value: erase, type: Admin, adminConsentDisplayName: Erase articles }
directoryRoles: [{ displayName: Global Administrator, members: [otto@reader.example] }]
conditionalAccessPolicies:
  - displayName: Careful people
    conditions: { users: { includeGroups: [Careful] }, applications: { includeApplications: [All] } }
    grantControls: { builtInControls: [mfa] }
`

const policyFor = (origin: string) => `<policies>
  <inbound>
    <cors><allowed-origins><origin>${origin}</origin></allowed-origins><allowed-methods><method>GET</method></allowed-methods>
      <allowed-headers><header>*</header></allowed-headers><expose-headers><header>X-Seen-By</header></expose-headers></cors>
    <validate-jwt header-name="Authorization" require-scheme="Bearer" output-token-variable-name="token">
      <openid-config url="https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration" />
      <required-claims><claim name="scp" match="any" separator=" "><value>read</value></claim></required-claims>
    </validate-jwt>
  </inbound>
  <backend><forward-request /></backend>
  <outbound><set-header name="X-Seen-By"><value>@(((Jwt)context.Variables["token"]).Claims["preferred_username"][0])</value></set-header></outbound>
  <on-error />
</policies>`

let backend: EchoBackend
let pages: PageServer
let workspace: TemporaryWorkspace
let running: Running
let browser: Browser

async function open(more: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
  return browser.newContext({ ignoreHTTPSErrors: true, ...more }) // that the certificate is good is what other clients' tests show
}

/** The application's own page, ready. */
async function openApp(context: BrowserContext, scope = 'api://articles/read'): Promise<Page> {
  const authority = `${running.identity}/${tenant}/`
  const settings = { clientId, authority, scope, api: `${running.gateway}/articles/mine` }
  const page = await context.newPage()
  await page.goto(`${pages.origin}/?settings=${encodeURIComponent(JSON.stringify(settings))}`)
  await page.waitForSelector('body[data-ready]')
  return page
}

/** Presses a button and gives what the page tells of it then. */
async function deed(page: Page, button: string): Promise<Record<string, unknown>> {
  await page.getByRole('button', { name: button }).press('Enter')
  const result = page.locator('#result', { hasText: /^[^…]+$/ })
  await result.waitFor()
  const text = (await result.textContent()) ?? ''
  assert.ok(text.startsWith('{'), text)
  return JSON.parse(text) as Record<string, unknown>
}

/** What an accessibility checker finds on a page, as texts. */
async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    // the checker was loaded by the line above
    const { axe: checker } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
    }
    const { violations } = await checker.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' ')}`)
  })
}

const shots = process.env.SCREENSHOTS

/** Checks a page of the directory; keeps a picture of it when SCREENSHOTS names a folder. */
async function look(page: Page, name: string): Promise<void> {
  if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true })
  assert.deepEqual(await faultsOf(page), [], name)
}

/** Types into the field that has the focus, and goes on by keys alone. */
async function signInByKeys(page: Page, username: string, password = 'a good one'): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.keyboard.type(username)
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
}

/** By Tab to the button of that name, and Enter. */
async function pressByKeys(page: Page, name: string): Promise<void> {
  for (let i = 0; i < 12; i++) {
    if ((await page.locator(':focus').allTextContents())[0] === name) {
      await page.keyboard.press('Enter')
      return
    }
    await page.keyboard.press('Tab')
  }
  assert.fail(`no way to ${name} by Tab`)
}

describe('msal-browser in Chromium', { skip: withoutChromium }, () => {
  before(async () => {
    ;[backend, pages, browser] = await Promise.all([startEchoBackend(), startPageServer(), launchChromium()])
    workspace = await temporaryWorkspace({
      'gatehouse.yaml': `gateway: { listen: 127.0.0.1:0, workers: 1 }\nidentity: { directory: directory.yaml, listen: 127.0.0.1:0 }\n`,
      'directory.yaml': directoryFor(pages.origin),
      ...artifactsOf('articles', { mine: '/mine' }, { serviceUrl: backend.address }),
      'apis/articles/policy.xml': policyFor(pages.origin),
    })
    running = await startGatehouse(workspace.folder)
  })
  after(async () => {
    await browser?.close()
    await Promise.all([running?.stop(), backend?.close(), pages?.close()])
    await workspace?.remove()
  })

  test('signs in by popup and keyboard, consents, renews, calls the gateway across origins, and signs out', async () => {
    const context = await open()
    const app = await openApp(context)
    const opened = context.waitForEvent('page')
    await app.getByRole('button', { name: 'Sign in by popup' }).press('Enter')
    const popup = await opened
    await signInByKeys(popup, 'rita@reader.example')
    await popup.getByRole('heading', { name: 'Permissions requested' }).waitFor()
    await look(popup, 'consent')
    await pressByKeys(popup, 'Accept')
    await app.locator('#account', { hasText: 'rita@reader.example' }).waitFor()
    const first = JSON.parse((await app.locator('#result').textContent()) ?? '')
    assert.deepEqual([decodeJwt(first.token).scp, decodeJwt(first.token).azpacr], ['read', '0'])
    assert.equal((await deed(app, 'Token in silence')).fromCache, true)
    const renewed = await deed(app, 'Token anew')
    assert.deepEqual([renewed.fromCache, renewed.token === first.token], [false, false])
    const framed = await deed(app, 'Token by hidden frame')
    assert.equal(decodeJwt(String(framed.token)).oid, decodeJwt(first.token).oid)
    assert.deepEqual(await deed(app, 'Call the API'), { status: 200, seen: 'rita@reader.example' })
    await app.getByRole('button', { name: 'Sign out' }).press('Enter')
    await app.waitForURL(`${pages.origin}/**`)
    await app.locator('#account', { hasText: 'nobody' }).waitFor()
    await context.close()
  })

  test('signs in by redirect, with a second factor where a policy asks for it', async () => {
    const context = await open()
    const app = await openApp(context)
    await app.getByRole('button', { name: 'Sign in by redirect' }).press('Enter')
    await signInByKeys(app, 'otto@reader.example', 'a bad one')
    await app.getByRole('alert').waitFor()
    await look(app, 'wrong-password')
    await app.keyboard.type('a good one') // the focus is in the password's field: the name may well be right
    await app.keyboard.press('Enter')
    await app.getByRole('heading', { name: 'Verify your identity' }).waitFor()
    await look(app, 'second-factor')
    await app.keyboard.type(codeNow('JBSWY3DPEHPK3PXP', Date.now()))
    await app.keyboard.press('Enter')
    await app.getByRole('heading', { name: 'Permissions requested' }).waitFor()
    await look(app, 'consent-administrator')
    await pressByKeys(app, 'Accept')
    await app.locator('#account', { hasText: 'otto@reader.example' }).waitFor()
    assert.deepEqual(await deed(app, 'Call the API'), { status: 200, seen: 'otto@reader.example' })
    await context.close()
  })

  test('every page reads well, by screen reader too, in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await open({ colorScheme })
      const page = await context.newPage()
      const authorize = (change: Record<string, string> = {}) =>
        `${running.identity}/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams({
          client_id: clientId,
          response_type: 'code',
          redirect_uri: `${pages.origin}/redirect`,
          scope: 'api://articles/erase',
          code_challenge: 'c'.repeat(43),
          ...change,
        })}`
      await page.goto(authorize())
      await look(page, `sign-in-${colorScheme}`)
      await signInByKeys(page, 'rita@reader.example')
      await page.getByText('AADSTS90094').waitFor()
      await look(page, `needs-administrator-${colorScheme}`)
      await page.goto(authorize({ prompt: 'select_account' }))
      await look(page, `account-${colorScheme}`)
      await page.goto(authorize({ redirect_uri: 'https://elsewhere.example/' }))
      await page.getByText('AADSTS50011').waitFor()
      await look(page, `error-${colorScheme}`)
      await page.goto(`${running.identity}/devicelogin`)
      await page.keyboard.type('WRONG')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      await look(page, `device-${colorScheme}`)
      await page.goto(`${running.identity}/${tenant}/oauth2/v2.0/logout`)
      await look(page, `signed-out-${colorScheme}`)
      await context.close()
    }
  })

  test('needs no script, not even for an answer that comes as a form', async () => {
    const context = await open({ javaScriptEnabled: false, viewport: { width: 360, height: 640 } })
    const page = await context.newPage()
    const posted: string[] = []
    await page.route('http://localhost/posted', route => {
      posted.push(route.request().postData() ?? '')
      return route.fulfill({ contentType: 'text/plain', body: 'thanks' })
    })
    const query = { client_id: clientId, response_type: 'code', scope: 'openid', response_mode: 'form_post' }
    await page.goto(
      `${running.identity}/${tenant}/oauth2/v2.0/authorize?${new URLSearchParams({ ...query, redirect_uri: 'http://localhost/posted', state: 's' })}`,
    )
    if (shots !== undefined) await page.screenshot({ path: `${shots}/narrow.png` })
    await signInByKeys(page, 'rita@reader.example')
    if (shots !== undefined) await page.screenshot({ path: `${shots}/form-post.png` })
    await page.getByRole('button', { name: 'Continue' }).press('Enter')
    await page.getByText('thanks').waitFor()
    const fields = new URLSearchParams(posted[0])
    assert.deepEqual([fields.get('state'), fields.has('code')], ['s', true])
    await context.close()
  })
})
