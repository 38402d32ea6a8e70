import { type EntraRefusal, entraRefusal } from '../entra-errors.ts'
import type { DirectoryResponse } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import { errorPage } from '../pages/error-page.ts'
import { accountPage, signInPage } from '../pages/sign-in-pages.ts'
import type { Services } from '../services.ts'
import type { Interaction } from './interaction.ts'
import type { SignedIn } from './sessions.ts'
import { subjectOf } from './subject.ts'

/** The page for name and password, with what was wrong the time before. */
export function askPassword(
  services: Services,
  interaction: Interaction,
  username: string,
  fault: EntraRefusal | undefined,
): DirectoryResponse {
  const subject = subjectOf(services, interaction)
  if (subject === undefined) return errorPage(entraRefusal(70020), newIds(services))
  return signInPage({ form: interaction, application: subject.client.displayName, username, fault })
}

/** The page of those who are signed in in this browser. */
export function askAccount(services: Services, interaction: Interaction, accounts: readonly SignedIn[]): DirectoryResponse {
  const subject = subjectOf(services, interaction)
  if (subject === undefined) return errorPage(entraRefusal(70020), newIds(services))
  return accountPage(
    interaction,
    subject.client.displayName,
    accounts.map(({ user }) => user),
  )
}
