import { type Holding, holdingText, isWithin, nothing, together } from './holding.ts'

/** Roles and groups that turn away who else gets in: each of these sets does. */
interface Excluding {
  readonly without?: readonly Holding[]
}

/**
 * Whoever calls: nobody named, anyone with a token that has all that is asked but roles and groups, or that and these roles and groups; or somebody of
 * the local directory, who gets in by something else than the roles and groups they have.
 */
export type Principal =
  | { readonly kind: 'nobody' }
  | ({ readonly kind: 'token' } & Excluding)
  | ({ readonly kind: 'holder' } & Holding & Excluding)
  | ({ readonly kind: 'user' | 'application'; readonly name: string } & Holding)

/** `anybody`, `any valid token`, `any valid token without role guests`, `roles readers + admins`, `user rita@example.org`. */
export function principalText(principal: Principal): string {
  switch (principal.kind) {
    case 'nobody':
      return 'anybody'
    case 'token':
      return `any valid token${withoutText(principal)}`
    case 'holder':
      return `${holdingText(principal)}${withoutText(principal)}`
    default:
      return `${principal.kind} ${principal.name}`
  }
}

const withoutText = ({ without = [] }: Excluding) =>
  without.length === 0 ? '' : ` without ${without.map(holdingText).join(' or ')}`

/** Whether whoever is the second is the first, too: anybody with a token passes where nobody is asked, whoever has two roles where one is enough. */
export function includes(wider: Principal, one: Principal): boolean {
  if (wider.kind === 'nobody') return true
  if (one.kind === 'nobody') return false
  if (!isMade(wider)) return wider.kind === one.kind && wider.name === one.name
  if (wider.kind === 'holder' && (one.kind === 'token' || !isWithin(wider, one))) return false
  return (wider.without ?? []).every(set => lacks(one, set))
}

/** What of one principal none of the others is: itself, or those alone that have a set which turns away the others and not it. */
export function beyond(one: Principal, others: readonly Principal[]): readonly Principal[] {
  if (others.some(wider => includes(wider, one))) return []
  if (!isMade(one)) return [one]
  const own = heldBy(one)
  const narrower = others.filter(isMade).find(other => isWithin(heldBy(other), own))
  if (narrower === undefined) return [one]
  const lost = (narrower.without ?? []).filter(set => !lacks(one, set))
  return lost.map(set => ({ kind: 'holder', ...together(own, set) }))
}

/** Whom the trials make up, and not the directory. */
type Made = Extract<Principal, { readonly kind: 'token' | 'holder' }>

const isMade = (principal: Principal): principal is Made => principal.kind === 'token' || principal.kind === 'holder'

const heldBy = (principal: Made): Holding => (principal.kind === 'holder' ? principal : nothing)

/** Whether somebody certainly has not all of a set. */
function lacks(one: Exclude<Principal, { readonly kind: 'nobody' }>, set: Holding): boolean {
  if (!isMade(one)) return !isWithin(set, one)
  return (one.without ?? []).some(kept => isWithin(kept, together(heldBy(one), set)))
}

/** Without those that others include. */
export function widest(all: readonly Principal[]): readonly Principal[] {
  return all.filter((one, i) => !all.some((other, j) => i !== j && includes(other, one) && (j < i || !includes(one, other))))
}
