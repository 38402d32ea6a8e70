import { counted } from '../../catalog/counted.ts'
import type { RegisteredApplication, RegisteredCredential, Registrations } from '../../catalog/registrations.ts'
import type { HostPort } from '../../catalog/settings.ts'
import type { Finding } from './finding.ts'

const day = 86_400_000
/** A credential that ends within this many days is told. */
const daysAhead = 30

/** Secrets and certificates that have ended or end soon. `now` in milliseconds since 1970. */
export function checkCredentials({ applications }: Registrations, now: number): readonly Finding[] {
  return applications.flatMap(app => app.credentials.flatMap(credential => credentialFinding(app, credential, now) ?? []))
}

function credentialFinding(app: RegisteredApplication, credential: RegisteredCredential, now: number): Finding | undefined {
  const { kind, name, endsAt } = credential
  if (endsAt === undefined || endsAt > now + daysAhead * day) return undefined
  const { appId, displayName, credentials } = app
  const isLast = !credentials.some(({ endsAt: other }) => other === undefined || other > now + daysAhead * day)
  const date = new Date(endsAt).toISOString().slice(0, 10)
  const isOver = endsAt <= now
  const what = `the ${kind} ${name} of ${displayName}`
  const renew = kind === 'secret' ? 'add a new secret' : 'add a new certificate'
  return {
    severity: isOver && isLast ? 'error' : 'warning',
    code: `${kind}.${isOver ? 'expired' : 'expiring'}`,
    message: isOver
      ? `${what} ended on ${date}`
      : `${what} ends on ${date}, in ${counted(Math.ceil((endsAt - now) / day), 'day')}`,
    mend: isLast
      ? `${renew}, hand it to the client, then remove this one`
      : 'move the client to the newer credential, then remove this one',
    application: { appId, displayName },
  }
}

/** APIs whose tokens everybody in the tenant gets. `guarded`: whether every operation that takes them asks for more than a token. */
export function checkAssignment(app: RegisteredApplication, guarded: boolean): readonly Finding[] {
  const { appId, displayName, assignmentRequired } = app
  if (assignmentRequired) return []
  const reach = guarded
    ? 'everybody in the tenant gets a token for it; only the roles, scopes or groups that the policies ask for hold anyone back'
    : 'everybody in the tenant gets a token for it, and operations take such a token without asking for a role, scope or group'
  return [
    {
      severity: guarded ? 'note' : 'warning',
      code: 'assignment.not-required',
      message: `${displayName} has no appRoleAssignmentRequired: ${reach}`,
      mend: `set appRoleAssignmentRequired: true for ${displayName} and assign who may use it`,
      application: { appId, displayName },
    },
  ]
}

/** APIs whose tokens leave groups out for some users. `asked`: a policy looks at the groups. */
export function checkOverage(app: RegisteredApplication, { crowdedUsers }: Registrations, asked: boolean): readonly Finding[] {
  const { appId, displayName, groupMembershipClaims } = app
  const isWhole = groupMembershipClaims.some(one => one === 'SecurityGroup' || one === 'All')
  const [first] = crowdedUsers
  if (!isWhole || first === undefined) return []
  const others = crowdedUsers.length === 1 ? '' : ` and ${crowdedUsers.length - 1} more`
  return [
    {
      severity: 'warning',
      code: 'groups.overage',
      message: `${first.name} (${first.groups} groups)${others}: more than 200 groups, so tokens for ${displayName} say where the groups are told and carry none`,
      mend: `set groupMembershipClaims of ${displayName} to ApplicationGroup, or ask for an app role in place of a group${asked ? '; until then the gateway asks Microsoft Graph for the groups (docs/directory.md)' : ''}`,
      application: { appId, displayName },
    },
  ]
}

/** Hosts that mean this machine, which redirect addresses may name. */
const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The portal's address against redirect addresses. Told only when somebody means to sign in there: an application has a web or spa address on the
 * portal's host, or on this machine while the portal listens there, and none of them is the portal's.
 */
export function checkRedirects({ applications }: Registrations, { host, port }: HostPort): readonly Finding[] {
  const names = loopback.has(hostName(host)) || hostName(host) === '0.0.0.0' ? loopback : new Set([hostName(host)])
  const meant = applications.flatMap(app =>
    [...app.redirectUris.web, ...app.redirectUris.spa]
      .filter(uri => URL.canParse(uri) && names.has(new URL(uri).hostname))
      .map(uri => ({ app, uri })),
  )
  const [first] = meant
  const isPortal = ({ protocol, port: own }: URL) => protocol === 'http:' && (own === '' ? 80 : Number(own)) === port
  if (port === 0 || first === undefined || meant.some(({ uri }) => isPortal(new URL(uri)))) return []
  const address = `http://${hostName(host) === '127.0.0.1' ? 'localhost' : hostName(host)}:${port}`
  const { appId, displayName } = first.app
  return [
    {
      severity: 'warning',
      code: 'redirect.portal',
      message: `${displayName} has the redirect address ${first.uri}; the portal is at ${address}, and no application has an address there`,
      mend: `add the portal's address to the redirectUris of ${displayName} (its path must be the same letter by letter), or set portal.listen`,
      application: { appId, displayName },
    },
  ]
}

const hostName = (host: string) => (host.includes(':') ? `[${host}]` : host).toLowerCase()
