import { type EntraRefusal, entraRefusal } from '../../entra-errors.ts'
import { checkPassword } from '../../interaction/check-password.ts'
import { signInAt } from '../../sign-in.ts'
import { randomSecret } from '../../stores.ts'
import type { GrantRequest, TokenAnswer } from '../token-answer.ts'
import { answerFor, refuseProof } from './user-answer.ts'

/** RFC 6749 §4.3, for the automation of tests; can be switched off. */
export async function grantPassword(request: GrantRequest): Promise<TokenAnswer | EntraRefusal> {
  const { services, form } = request
  if (!services.passwordGrant) return entraRefusal(70003, 'password')
  const refused = refuseProof(request, undefined)
  if (refused !== undefined) return refused
  const [username, password] = [form.get('username'), form.get('password')]
  if (username === undefined) return entraRefusal(90014, 'username')
  if (password === undefined) return entraRefusal(90014, 'password')
  const user = checkPassword(services, username, password)
  if ('kind' in user) return user
  const scope = form.get('scope') ?? 'openid'
  const signIn = signInAt(user, services.now(), request.ipAddress)
  return answerFor(request, { signIn, scope, family: randomSecret(), redirectType: undefined, refresh: 'as-asked' })
}
