import type { DirectoryUser } from '../../catalog/directory.ts'
import { type EntraRefusal, entraRefusal } from '../entra-errors.ts'
import type { DirectoryResponse } from '../http/exchange.ts'
import { challengePage, secondFactorPage } from '../pages/second-factor-pages.ts'
import type { Wish } from '../refuse-access.ts'
import type { Services } from '../services.ts'
import type { SignIn, SignInMethod } from '../sign-in.ts'
import type { Interaction } from './interaction.ts'
import { stepOfCode } from './one-time-code.ts'

/** The page that asks for a second factor, or for another provider's challenge. */
export function askMore(
  form: Interaction,
  { user, client }: Pick<Wish, 'user' | 'client'>,
  lack: 'secondFactor' | 'otherChallenge',
  fault: EntraRefusal | undefined,
): DirectoryResponse {
  const asked = { form, application: client.displayName, username: user.userPrincipalName, fault }
  return lack === 'otherChallenge' ? challengePage(asked) : secondFactorPage({ ...asked, hasApp: hasApp(user) })
}

const hasApp = (user: DirectoryUser) => (user.softwareOathMethods ?? []).length > 0

/** Milliseconds after which a used code cannot come again by itself. */
const codeMemory = 120_000

/** The sign-in with a second factor shown. A user without an authenticator app shows one by the button; with one, by its code, good once. */
export function showFactor(services: Services, user: DirectoryUser, signIn: SignIn, code: string): SignIn | EntraRefusal {
  if (!hasApp(user)) return withMethods(signIn, 'mfa')
  const { stores, now } = services
  const name = `second factor of ${user.id}`
  if (stores.signIns.isLocked(name, now())) return entraRefusal(50053)
  const matched = (user.softwareOathMethods ?? [])
    .map(({ secretKey }) => stepOfCode(secretKey, code, now()))
    .find(step => step !== undefined)
  const used = `${user.id} ${matched}`
  if (matched === undefined || stores.usedCodes.get(used, now()) !== undefined) {
    stores.signIns.fail(name, now())
    return entraRefusal(500121)
  }
  stores.usedCodes.set(used, true, now() + codeMemory)
  stores.signIns.succeed(name)
  return withMethods(signIn, 'otp', 'mfa')
}

export function showChallenge(signIn: SignIn): SignIn {
  return withMethods(signIn, 'external')
}

function withMethods(signIn: SignIn, ...methods: readonly SignInMethod[]): SignIn {
  return { ...signIn, methods: [...new Set([...signIn.methods, ...methods])] }
}
