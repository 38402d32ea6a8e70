import type { DirectoryApplication, DirectoryUser } from '../../catalog/directory.ts'
import { needsAdministrator } from '../administrators.ts'
import type { DirectoryResponse } from '../http/exchange.ts'
import { type Html, html } from './html.ts'
import { page } from './layout.ts'
import { type FormOf, formStart } from './sign-in-pages.ts'

export interface ConsentPage {
  readonly form: FormOf
  readonly application: string
  readonly user: DirectoryUser
  readonly resource: DirectoryApplication
  /** Short names of the permissions. */
  readonly scopes: readonly string[]
  /** An administrator may agree for everybody. */
  readonly canAgreeForAll: boolean
  /** The client asks an administrator for just that. */
  readonly wantsAdmin: boolean
}

/** Delegated permissions by name and in words, and who may agree to them. */
export function consentPage(asked: ConsentPage): DirectoryResponse {
  const { form, application, user, resource, scopes, canAgreeForAll, wantsAdmin } = asked
  const items = scopes.map(scope => permission(resource, scope, canAgreeForAll))
  const forAll = canAgreeForAll
    ? html`<p class="choice"><input type="checkbox" id="for-all" name="forAll" value="yes"${wantsAdmin ? html` checked` : undefined}><label for="for-all">Consent on behalf of your organization</label></p>`
    : undefined
  return page({
    title: 'Permissions requested',
    body: html`<p class="quiet">${user.userPrincipalName}</p><h1>Permissions requested</h1><p><strong>${application}</strong> would like to do this on <strong>${resource.displayName}</strong> as you:</p><ul>${items}</ul>
<p class="quiet">Accepting lets it do so with what you may do yourself, and no more.</p>
${formStart(form, 'consent')}<input type="hidden" name="resource" value="${resource.appId}">${forAll}
<div class="buttons"><button class="main" type="submit" name="answer" value="accept">Accept</button><button type="submit" name="answer" value="cancel">Cancel</button></div>
</form>`,
  })
}

/** Its display name and description as the API declares them; the name itself always, for that is what stands in tokens. */
function permission(resource: DirectoryApplication, scope: string, isAdmin: boolean): Html {
  const declared = resource.api.oauth2PermissionScopes.find(one => one.value === scope)
  const { adminConsentDisplayName, adminConsentDescription, userConsentDisplayName, userConsentDescription } = declared ?? {}
  const title = (isAdmin ? adminConsentDisplayName : userConsentDisplayName) ?? userConsentDisplayName ?? adminConsentDisplayName
  const text = (isAdmin ? adminConsentDescription : userConsentDescription) ?? userConsentDescription ?? adminConsentDescription
  const note = needsAdministrator(resource, scope) ? html` <span class="quiet">(for administrators)</span>` : undefined
  return html`<li>${title === undefined ? undefined : html`${title} `}<code>${scope}</code>${note}${text === undefined ? undefined : html`<br><span class="quiet">${text}</span>`}</li>`
}
