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
    return user === undefined ? entraRefusal(50034, username, tenant.domain) : entraRefusal(50126)
  }
  stores.signIns.succeed(name)
  return user.accountEnabled ? user : entraRefusal(50057)
}
