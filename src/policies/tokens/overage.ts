import type { GroupResolver, GroupsAnswer } from '../../identity/graph/group-overage.ts'
import { hasGroupOverage } from '../../identity/graph/group-overage.ts'
import type { VerifiedToken } from '../../identity/token-verifier.ts'
import { type Refusal, refuse } from '../outcome.ts'
import type { Awaitable } from '../ports.ts'
import type { ClaimFault } from './required-claims.ts'

/** A token whose groups were asked for: with them, without (and why), or not judged because Graph could not answer at the moment. */
export type WithGroups =
  | { readonly kind: 'resolved'; readonly token: VerifiedToken }
  | { readonly kind: 'left-out'; readonly why: string }
  | { readonly kind: 'not-judged'; readonly refusal: Refusal }

/** Puts the groups that Entra left out back into a verified token; undefined for a token that lacks none. */
export type GroupCompleter = (token: VerifiedToken) => Awaitable<WithGroups> | undefined

/** For a policy that asks for groups; what is made of a token and an answer is made once. */
export function groupCompleter(groups: GroupResolver): GroupCompleter {
  const made = new WeakMap<VerifiedToken, { readonly ids: readonly string[]; readonly result: WithGroups }>()
  const complete = (token: VerifiedToken, answer: GroupsAnswer): WithGroups => {
    if (answer.kind === 'failure') return failed(answer)
    const known = made.get(token)
    if (known?.ids === answer.ids) return known.result
    const result: WithGroups = { kind: 'resolved', token: withGroups(token, answer.ids) }
    made.set(token, { ids: answer.ids, result })
    return result
  }
  return token => {
    if (!hasGroupOverage(token.claims)) return undefined
    const answer = groups.resolve(token.claims)
    return answer instanceof Promise ? answer.then(late => complete(token, late)) : complete(token, answer)
  }
}

/** As if the token had carried them; expressions see it so too. */
function withGroups({ header, claims }: VerifiedToken, ids: readonly string[]): VerifiedToken {
  const all = Object.freeze({ ...claims, groups: ids })
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part), 'utf8').toString('base64url')
  return { kind: 'verified', header, claims: all, token: `${encode(header)}.${encode(all)}.` }
}

const passing = new Set(['busy', 'unreachable'])

/** What passes by itself is answered 503; what somebody has to configure is a token without groups. */
function failed({ why, message }: Extract<GroupsAnswer, { kind: 'failure' }>): WithGroups {
  return passing.has(why) ? { kind: 'not-judged', refusal: unreachable(message) } : { kind: 'left-out', why: message }
}

const retryAfter = '5'

function unreachable(message: string): Refusal {
  return refuse({
    reason: 'groups.unreachable',
    statusCode: 503,
    message: 'The groups of the caller cannot be found out at the moment.',
    errorReason: 'TokenClaimNotFound',
    errorMessage: 'The token leaves out its groups, and Microsoft Graph could not be asked for them.',
    headers: [['Retry-After', retryAfter]],
    expected: ['the groups of the caller, by Microsoft Graph'],
    received: [message],
  })
}

/** The refusal of a token without its groups, with the reason why they were not found out. */
export function withoutGroups(fault: ClaimFault, why: string): ClaimFault {
  return fault.reason === 'token.group' ? { ...fault, received: [...fault.received, `Microsoft Graph: ${why}`] } : fault
}
