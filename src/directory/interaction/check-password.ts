import type { DirectoryUser } from '../../catalog/directory.ts'
import { type EntraRefusal, entraRefusal } from '../entra-errors.ts'
import { sameText } from '../oidc/same-text.ts'
import type { Services } from '../services.ts'
import { findUser } from '../tenant.ts'

/** A user by name and password, or Entra's refusal. Too many failures lock the name for a while. */
export function checkPassword(services: Services, username: string, password: string): DirectoryUser | EntraRefusal {
  const { stores, tenant, now } = services
  const name = username.trim().toLowerCase()
  if (stores.signIns.isLocked(name, now())) return entraRefusal(50053)
  const user = findUser(tenant, name)
  const isRight = sameText(user?.password ?? '', password) && password !== ''
  if (user === undefined || !isRight) {
    stores.signIns.fail(name, now())
    return user === undefined ? refuseUnknown(services, username) : entraRefusal(50126)
  }
  stores.signIns.succeed(name)
  if (!user.accountEnabled) return entraRefusal(50057)
  return user.passwordProfile?.forceChangePasswordNextSignIn === true ? entraRefusal(50055) : user
}

/** Domains of personal Microsoft accounts. */
const personal = /@(outlook|hotmail|live|msn)\.[a-z.]+$/i

/** Somebody whose account is elsewhere is told so; anybody else is unknown. */
function refuseUnknown({ tenant }: Services, username: string): EntraRefusal {
  if (personal.test(username)) return entraRefusal(50020, username, tenant.document.tenant.displayName, 'live.com')
  return entraRefusal(50034, username, tenant.domain)
}
