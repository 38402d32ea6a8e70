import type { DirectoryUser } from '../../catalog/directory.ts'
import { isAdministrator, needsAdministrator } from '../administrators.ts'
import { agreedScopes } from '../consents.ts'
import { entraRefusal } from '../entra-errors.ts'
import type { DirectoryResponse } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import { consentPage } from '../pages/consent-page.ts'
import { errorPage } from '../pages/error-page.ts'
import type { Services } from '../services.ts'
import { grantedNames, isOpenidScope, type RequestedScopes } from '../tokens/scopes.ts'
import type { Interaction } from './interaction.ts'
import type { Subject } from './subject.ts'

/** What the person agreed to on a page: the permissions of one API, for themselves or for everybody. */
export interface ConsentSaid {
  readonly resourceId: string
  readonly forAll: boolean
}

/**
 * The page that asks for consent, one API after the other, or says that only an administrator can give it. Undefined when nothing is left to
 * ask. What was said counts for the API whose page it was said on, and is written down.
 */
export function askConsent(
  services: Services,
  interaction: Interaction,
  user: DirectoryUser,
  subject: Subject,
  wanted: readonly RequestedScopes[],
  said: ConsentSaid | undefined,
): DirectoryResponse | undefined {
  for (const scopes of wanted) {
    const asked = askFor(services, interaction, user, subject, scopes, said)
    if (asked !== undefined) return asked
  }
  return undefined
}

function askFor(
  { tenant, stores, now }: Services,
  interaction: Interaction,
  user: DirectoryUser,
  { client, asksConsent, wantsAdmin }: Subject,
  scopes: RequestedScopes,
  said: ConsentSaid | undefined,
): DirectoryResponse | undefined {
  const { resource } = scopes
  if (interaction.agreedTo.has(resource.appId)) return undefined
  const agreed = agreedScopes(stores.consents, user.id, client, scopes)
  const shown = asksConsent || wantsAdmin ? grantedNames(agreed.scopes).filter(name => !isOpenidScope(name)) : agreed.lacking
  if (shown.length === 0 && !asksConsent && !wantsAdmin) return undefined
  const isAdmin = isAdministrator(tenant, user.id)
  const mayAgree = isAdmin || (!wantsAdmin && shown.every(name => !needsAdministrator(resource, name)))
  if (!mayAgree) return errorPage(entraRefusal(90094, client.displayName), newIds({ now }), interaction)
  if (said?.resourceId !== resource.appId) {
    // where nobody is named an administrator, everybody counts as one, and is not asked to speak for others unasked
    const canAgreeForAll = isAdmin && (wantsAdmin || tenant.document.directoryRoles !== undefined)
    const application = client.displayName
    return consentPage({ form: interaction, application, user, resource, scopes: shown, canAgreeForAll, wantsAdmin })
  }
  interaction.agreedTo.add(resource.appId)
  stores.consents.give(isAdmin && said.forAll ? undefined : user.id, client, resource, shown)
  return undefined
}
