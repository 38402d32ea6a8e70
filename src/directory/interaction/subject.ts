import type { DirectoryApplication } from '../../catalog/directory.ts'
import { type ClaimsRequest, noClaims, readClaimsRequest } from '../claims-request.ts'
import type { Services } from '../services.ts'
import { findApplication } from '../tenant.ts'
import type { Interaction } from './interaction.ts'

/** What an interaction is about: who asks, and for which scopes. */
export interface Subject {
  readonly client: DirectoryApplication
  /** One text for each API: the first one's token is asked for, the others only for consent. */
  readonly scopes: readonly string[]
  readonly claims: ClaimsRequest
  readonly asksConsent: boolean
  readonly wantsAdmin: boolean
}

/** Undefined when the device code that it is for has ended. */
export function subjectOf({ stores, tenant, now }: Services, { goal }: Interaction): Subject | undefined {
  const device = goal.kind === 'device' ? stores.devices.get(goal.deviceId, now()) : undefined
  const asked = goal.kind === 'device' ? device : goal.request
  const client = asked === undefined ? undefined : findApplication(tenant, asked.clientId)
  if (asked === undefined || client === undefined) return undefined
  const claims = 'claims' in asked ? readClaimsRequest(asked.claims) : noClaims
  const asksConsent = goal.kind === 'authorize' && goal.request.prompt === 'consent'
  const wantsAdmin = goal.kind === 'adminConsent' || (goal.kind === 'authorize' && goal.request.wantsAdmin)
  const scopes = [asked.scope, ...(goal.kind === 'authorize' ? goal.request.extraScopes : [])]
  return { client, scopes, claims, asksConsent, wantsAdmin }
}
