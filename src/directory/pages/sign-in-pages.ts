import type { DirectoryUser } from '../../catalog/directory.ts'
import type { EntraRefusal } from '../entra-errors.ts'
import type { DirectoryResponse } from '../http/exchange.ts'
import { type Html, html } from './html.ts'
import { page } from './layout.ts'

/**
 * The form of an interaction: where it is sent, and what proves that it came from there. The main button is the first of a form: it is the one that
 * the key Enter presses in a field.
 */
export interface FormOf {
  readonly id: string
  readonly csrf: string
}

export const formStart = ({ id, csrf }: FormOf, step: string): Html =>
  html`<form method="post" action="/interaction/${id}/${step}"><input type="hidden" name="csrf" value="${csrf}">`

/** What was wrong the time before, tied to the fields by its id. */
export function faultNote(fault: EntraRefusal | undefined): Html | undefined {
  if (fault === undefined) return undefined
  return html`<p class="fault" role="alert" id="fault">${fault.message} <span class="quiet">(${fault.code})</span><br>${fault.mend}</p>`
}

export interface SignInPage {
  readonly form: FormOf
  readonly application: string
  readonly username: string
  readonly fault: EntraRefusal | undefined
}

export function signInPage({ form, application, username, fault }: SignInPage): DirectoryResponse {
  const described = fault === undefined ? undefined : html` aria-describedby="fault" aria-invalid="true"`
  const focusOnName = username === '' ? html` autofocus` : undefined
  const focusOnPassword = username === '' ? undefined : html` autofocus`
  return page({
    title: 'Sign in',
    body: html`<h1>Sign in</h1><p>to continue to <strong>${application}</strong></p>${faultNote(fault)}
${formStart(form, 'sign-in')}
<label for="username">User name</label>
<input id="username" name="username" type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required value="${username}"${focusOnName}${described}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${focusOnPassword}${described}>
<div class="buttons"><button class="main" type="submit" name="answer" value="sign-in">Sign in</button><button type="submit" name="answer" value="cancel" formnovalidate>Cancel</button></div>
</form>`,
  })
}

export function accountPage(form: FormOf, application: string, accounts: readonly DirectoryUser[]): DirectoryResponse {
  const choices = accounts.map(
    ({ id, displayName, userPrincipalName }) =>
      html`<button class="account" type="submit" name="account" value="${id}"><strong>${displayName}</strong><br><span class="quiet">${userPrincipalName}</span></button>`,
  )
  return page({
    title: 'Pick an account',
    body: html`<h1>Pick an account</h1><p>to continue to <strong>${application}</strong></p>
${formStart(form, 'account')}${choices}<button class="account" type="submit" name="account" value="other">Use another account</button></form>`,
  })
}

export function devicePage(form: FormOf, userCode: string, fault: EntraRefusal | undefined): DirectoryResponse {
  const note =
    fault === undefined
      ? undefined
      : html`<p class="fault" role="alert" id="fault">${fault.message} <span class="quiet">(${fault.code})</span></p>`
  return page({
    title: 'Enter code',
    body: html`<h1>Enter code</h1><p>Enter the code that your device or app displays.</p>${note}
<form method="post" action="/devicelogin"><input type="hidden" name="csrf" value="${form.csrf}">
<label for="otc">Code</label>
<input id="otc" name="otc" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" required maxlength="20" value="${userCode}" autofocus>
<div class="buttons"><button class="main" type="submit">Next</button></div>
</form>`,
  })
}

export function notePage(title: string, text: string): DirectoryResponse {
  return page({ title, body: html`<h1>${title}</h1><p>${text}</p>` })
}
