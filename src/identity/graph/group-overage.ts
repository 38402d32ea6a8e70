import type { GraphClient, GraphFailure } from './graph-client.ts'

type Claims = Readonly<Record<string, unknown>>

/** Whether Entra left the groups out of a token because they are too many ("Groups overage claim"; `hasgroups` in implicit flows). */
export function hasGroupOverage(claims: Claims): boolean {
  if (claims.groups !== undefined) return false
  const names = claims._claim_names
  return (
    claims.hasgroups === true || claims.hasgroups === 'true' || (typeof names === 'object' && names !== null && 'groups' in names)
  )
}

export type GroupsAnswer = { readonly kind: 'groups'; readonly ids: readonly string[] } | GraphFailure

/** Finds the groups of whoever a token speaks for, when the token has an overage. */
export interface GroupResolver {
  /** Expressions look at groups too: a policy that keeps its token for them asks for groups. */
  readonly forExpressions: boolean
  /** At once when they are known. Never rejects. `claims`: of a verified token. */
  resolve(claims: Claims): GroupsAnswer | Promise<GroupsAnswer>
}

export interface GroupResolverOptions {
  readonly client: GraphClient
  /** The tenant that Graph answers for; other tenants' users are not asked about. */
  readonly tenant: string | undefined
  readonly forExpressions: boolean
  now(): number
}

/** Milliseconds for which an answer serves: a token would say the same for an hour. */
const keepFor = 300_000
/** Milliseconds before Graph is asked again about somebody that it did not tell about; when it is busy the client itself waits. */
const keepFailureFor = { 'no-token': 0, busy: 0, refused: 30_000, missing: 30_000, unreachable: 2_000 } as const
/** Group ids that are kept, over all users: some 20 MB. */
const maxIds = 200_000
const maxUsers = 10_000
const maxIdsOfOne = 20_000
/** Questions under way at a time. */
const maxAsking = 64

interface Kept {
  readonly answer: GroupsAnswer
  /** Milliseconds since 1970. */
  readonly until: number
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Answers by Graph, kept for five minutes and bounded; one question a user at a time. The address in the token is not followed. */
export class GraphGroups implements GroupResolver {
  readonly #options: GroupResolverOptions
  readonly #kept = new Map<string, Kept>()
  readonly #asking = new Map<string, Promise<GroupsAnswer>>()
  #ids = 0

  constructor(options: GroupResolverOptions) {
    this.#options = options
  }

  get forExpressions(): boolean {
    return this.#options.forExpressions
  }

  resolve({ oid, tid }: Claims): GroupsAnswer | Promise<GroupsAnswer> {
    const { tenant, now } = this.#options
    if (typeof oid !== 'string' || !guid.test(oid)) return notAsked('the token names no user (oid)')
    if (tenant === undefined || typeof tid !== 'string' || tid.toLowerCase() !== tenant.toLowerCase())
      return notAsked('the token is of another tenant than identity.tenant')
    const user = oid.toLowerCase()
    const kept = this.#kept.get(user)
    if (kept !== undefined && now() < kept.until) return kept.answer
    const asking = this.#asking.get(user)
    if (asking !== undefined) return asking
    if (this.#asking.size >= maxAsking)
      return { kind: 'failure', why: 'busy', message: 'too many questions to Microsoft Graph are under way' }
    const answer = this.#ask(user).finally(() => this.#asking.delete(user))
    this.#asking.set(user, answer)
    return answer
  }

  async #ask(user: string): Promise<GroupsAnswer> {
    const { client } = this.#options
    const found = await client.listBy(`users/${user}/getMemberObjects`, { securityEnabledOnly: false }, maxIdsOfOne)
    const answer: GroupsAnswer =
      found.kind === 'failure'
        ? found
        : { kind: 'groups', ids: Object.freeze(found.items.filter(item => typeof item === 'string')) }
    this.#keep(user, answer)
    return answer
  }

  #keep(user: string, answer: GroupsAnswer): void {
    this.#forget(user)
    const life = answer.kind === 'groups' ? keepFor : keepFailureFor[answer.why]
    this.#kept.set(user, { answer, until: this.#options.now() + life })
    if (answer.kind === 'groups') this.#ids += answer.ids.length
    // the longest kept is the first of the map
    for (const oldest of this.#kept.keys()) {
      if (this.#ids <= maxIds && this.#kept.size <= maxUsers) break
      this.#forget(oldest)
    }
  }

  #forget(user: string): void {
    const kept = this.#kept.get(user)
    if (kept?.answer.kind === 'groups') this.#ids -= kept.answer.ids.length
    this.#kept.delete(user)
  }
}

const notAsked = (message: string): GraphFailure => ({ kind: 'failure', why: 'no-token', message })
