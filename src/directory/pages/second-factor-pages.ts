import type { EntraRefusal } from '../entra-errors.ts'
import type { DirectoryResponse } from '../http/exchange.ts'
import { html } from './html.ts'
import { page } from './layout.ts'
import { type FormOf, faultNote, formStart } from './sign-in-pages.ts'

export interface AskedMore {
  readonly form: FormOf
  readonly application: string
  readonly username: string
  readonly fault: EntraRefusal | undefined
}

/** The second factor: the code of an authenticator app, or a button where the directory knows of none. */
export function secondFactorPage({
  form,
  application,
  username,
  fault,
  hasApp,
}: AskedMore & { readonly hasApp: boolean }): DirectoryResponse {
  const described = fault === undefined ? undefined : html` aria-describedby="fault" aria-invalid="true"`
  const asked = hasApp
    ? html`<label for="otc">Code of your authenticator app</label>
<input id="otc" name="otc" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="8" required autofocus${described}>`
    : html`<p>No authenticator app is set up for this account, so approving here counts as the second factor.</p>`
  const label = hasApp ? 'Verify' : 'Approve'
  return page({
    title: 'Verify your identity',
    body: html`<p class="quiet">${username}</p><h1>Verify your identity</h1><p><strong>${application}</strong> asks for a second factor.</p>${faultNote(fault)}
${formStart(form, 'factor')}${asked}
<div class="buttons"><button class="main" type="submit" name="answer" value="verify"${hasApp ? undefined : html` autofocus`}>${label}</button><button type="submit" name="answer" value="cancel" formnovalidate>Cancel</button></div>
</form>`,
  })
}

/** Stands for the page of the provider that a policy's customAuthenticationFactors name. */
export function challengePage({ form, application, username, fault }: AskedMore): DirectoryResponse {
  return page({
    title: 'Another provider',
    body: html`<p class="quiet">${username}</p><h1>Another provider has to confirm</h1><p>A policy of <strong>${application}</strong> asks for another provider’s challenge. This page stands for it.</p>${faultNote(fault)}
${formStart(form, 'challenge')}
<div class="buttons"><button class="main" type="submit" name="answer" value="confirm" autofocus>Confirm</button><button type="submit" name="answer" value="cancel">Cancel</button></div>
</form>`,
  })
}
