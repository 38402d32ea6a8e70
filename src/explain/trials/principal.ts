import { type Holding, holdingText, isWithin } from './holding.ts'

/**
 * Whoever calls: nobody named, anyone with a token that has all that is asked but roles and groups, or that and these roles and groups; or somebody of
 * the local directory, who gets in by something else than the roles and groups they have.
 */
export type Principal =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'token' }
  | ({ readonly kind: 'holder' } & Holding)
  | ({ readonly kind: 'user' | 'application'; readonly name: string } & Holding)

/** `anybody`, `any valid token`, `roles readers + admins`, `user rita@example.org`. */
export function principalText(principal: Principal): string {
  switch (principal.kind) {
    case 'nobody':
      return 'anybody'
    case 'token':
      return 'any valid token'
    case 'holder':
      return holdingText(principal)
    default:
      return `${principal.kind} ${principal.name}`
  }
}

/** Whether whoever is the second is the first, too: anybody with a token passes where nobody is asked, whoever has two roles where one is enough. */
export function includes(wider: Principal, one: Principal): boolean {
  if (wider.kind === 'nobody') return true
  if (one.kind === 'nobody') return false
  if (wider.kind === 'token') return true
  if (one.kind === 'token') return false
  if (wider.kind === 'holder') return isWithin(wider, one)
  return wider.kind === one.kind && wider.name === one.name
}

/** Without those that others include. */
export function widest(all: readonly Principal[]): readonly Principal[] {
  return all.filter((one, i) => !all.some((other, j) => i !== j && includes(other, one) && (j < i || !includes(one, other))))
}
