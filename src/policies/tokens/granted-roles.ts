import type { VerifiedToken } from '../../identity/token-verifier.ts'
import type { CallContext } from '../context/call-context.ts'
import type { Ports } from '../ports.ts'

/** A verified token with the roles of time-boxed grants beside its own. */
export interface GrantedToken {
  readonly token: VerifiedToken
  /** Those that the token itself does not have. */
  readonly granted: readonly string[]
}

/** Adds what is granted to the caller for this call; undefined when nothing is. */
export type GrantAdder = (ctx: CallContext, token: VerifiedToken) => GrantedToken | undefined

/** The same token with the same grants is made once. */
export function grantAdder({ grants, now }: Ports): GrantAdder | undefined {
  if (grants === undefined) return undefined
  const made = new WeakMap<VerifiedToken, { readonly roles: string; readonly result: GrantedToken | undefined }>()
  return (ctx, token) => {
    const active = grants()
    const { oid } = token.claims
    if (active.isEmpty || typeof oid !== 'string') return undefined
    const roles = active.rolesFor(oid, ctx.api.name, ctx.product?.name ?? null, now())
    if (roles.length === 0) return undefined
    const known = made.get(token)
    const key = roles.join('\n')
    if (known?.roles === key) return known.result
    const result = withRoles(token, roles)
    made.set(token, { roles: key, result })
    return result
  }
}

/** As if the token had carried them; expressions see it so too. */
function withRoles({ header, claims }: VerifiedToken, roles: readonly string[]): GrantedToken | undefined {
  const own = [claims.roles].flat().filter(role => typeof role === 'string')
  const granted = roles.filter(role => !own.includes(role))
  if (granted.length === 0) return undefined
  const all = Object.freeze({ ...claims, roles: [...own, ...granted] })
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part), 'utf8').toString('base64url')
  return { token: { kind: 'verified', header, claims: all, token: `${encode(header)}.${encode(all)}.` }, granted }
}
