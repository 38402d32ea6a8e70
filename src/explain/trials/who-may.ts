import type { Api, Catalog } from '../../catalog/catalog.ts'
import { NamedValues } from '../../policies/compose/named-values.ts'
import { type CallAddress, callAddress } from '../call-address.ts'
import { documentReader, heldReader, sectionReader } from '../effective-section.ts'
import { type AskedOnWay, askedOnWay } from './asked-on-way.ts'
import { refusesEverybody } from './certain-refusal.ts'
import { type DecidingConditions, decidingConditions } from './deciding-conditions.ts'
import { distinct, eachWithoutOne, type Holding, isWithin, minus, nothing, sizeOf, together } from './holding.ts'
import { type Claims, madeUpClaims, madeUpKinds } from './made-up-claims.ts'
import { type Principal, principalText, widest } from './principal.ts'
import { Trial, type TrialResult, type Way, waysOf } from './trial.ts'

/** Somebody of the local directory. */
export interface DirectoryCaller {
  readonly kind: 'user' | 'application'
  readonly name: string
  /** What the tokens say that the directory gives them for an API; none: it gives none. */
  claimsFor(api: Api): readonly Claims[]
}

/** Who gets past all policies of an operation by one way in. Limits, addresses, headers and content do not count: they are no matter of who calls. */
export interface OperationAccess extends CallAddress {
  readonly api: string
  readonly operation: string
  readonly method: string
  /** The product whose key the call has; null: without a product. */
  readonly product: string | null
  /** A key is needed, whoever calls. */
  readonly subscriptionKey: boolean
  readonly may: readonly Principal[]
  readonly reach: Reach
  /** Places of return-response (file and line) that answer an error, or a redirection, to some of those who were tried. */
  readonly turnsAwayAt: ReadonlySet<string>
  /** Roles and groups that the policies name. */
  readonly asked: Holding
  readonly conditions: DecidingConditions
}

/** known: `may` got in. nobody: the policies let nobody in, whoever calls. unknown: nobody that was tried got in, and a condition may let others in. */
export type Reach = 'known' | 'unknown' | 'nobody'

/** Tries of one workspace at most: a table of thousands of operations and hundreds of roles would take minutes. */
export const maxTrials = 200_000

/** What is known of a way before anything is tried. */
interface PlannedWay {
  readonly way: Way
  readonly asked: AskedOnWay
  readonly holdings: readonly Holding[]
  readonly isClosed: boolean
  readonly conditions: DecidingConditions
}

/**
 * Who may call each operation, found out by calling: the workspace's own plans run for roles and groups that its policies or its directory name, one by
 * one and in the sets that policies demand, with a token that has all else that is asked, and for these callers as they are. So it holds however the
 * policies were written. Throws RangeError past `maxTrials`.
 */
export async function whoMay(given: Catalog, callers: readonly DirectoryCaller[] = []): Promise<readonly OperationAccess[]> {
  const planned = plan(given)
  const trials = planned.reduce(
    (sum, { holdings, conditions }) => sum + 2 + holdings.length + (conditions.all === '' ? 0 : callers.length + holdings.length),
    0,
  )
  if (trials > maxTrials) throw new RangeError(`it would take ${trials} trial calls, more than ${maxTrials}`)
  const trial = new Trial(given)
  const table: OperationAccess[] = []
  for (const one of planned) {
    const { api, operation, product, subscriptionKey } = one.way
    const { may, turnsAwayAt } = await new Search(trial, one).run(callers)
    table.push({
      api: api.name,
      operation: operation.name,
      method: operation.method,
      ...callAddress(api, operation.urlTemplate, given),
      product: product?.name ?? null,
      subscriptionKey,
      may,
      reach: may.length > 0 ? 'known' : one.isClosed ? 'nobody' : 'unknown',
      turnsAwayAt,
      asked: one.asked.everything,
      conditions: one.conditions,
    })
  }
  return table
}

function plan(given: Catalog): readonly PlannedWay[] {
  const read = documentReader()
  const inbound = sectionReader(given, read)('inbound')
  const held = heldReader(given, read)
  const values = new NamedValues(given.namedValues)
  const ways = waysOf(given).map(way => {
    const { elements } = inbound(way.api, way.operation, way.product)
    return {
      way,
      asked: askedOnWay(elements, held, values),
      isClosed: refusesEverybody(elements, held, values),
      conditions: decidingConditions(elements, held, values),
    }
  })
  const declared = (given.directory?.applications ?? []).flatMap(({ appRoles }) => appRoles.map(({ value }) => value))
  const all = together({ roles: declared.filter(Boolean), groups: [] }, ...ways.map(({ asked }) => asked.everything))
  const singles = [
    ...all.roles.map(role => ({ ...nothing, roles: [role] })),
    ...all.groups.map(group => ({ ...nothing, groups: [group] })),
  ]
  return ways.map(one => ({ ...one, holdings: distinct([...singles, ...one.asked.holdings]) }))
}

interface Tried {
  readonly principal: Principal
  readonly result: TrialResult
  /** Of somebody made up: how. */
  readonly made?: Made
}

interface Made {
  readonly own: Holding
  readonly kind: (typeof madeUpKinds)[number]
}

/** Whoever got in, tried once more with roles or groups besides: some turn away who has them. */
interface TriedBesides extends Tried {
  readonly besides: Holding
}

/** Roles, groups and sets of them that are tried besides, on one way. */
const maxBesides = 200

/** Tries one way into an operation. */
class Search {
  readonly #trial: Trial
  readonly #planned: PlannedWay
  readonly #tried: Tried[] = []
  readonly #besides: TriedBesides[] = []

  constructor(trial: Trial, planned: PlannedWay) {
    this.#trial = trial
    this.#planned = planned
  }

  async run(callers: readonly DirectoryCaller[]): Promise<Pick<OperationAccess, 'may' | 'turnsAwayAt'>> {
    await this.#tryAll(callers)
    const excused = this.#excused
    const answered = new Set([...this.#tried, ...this.#besides].flatMap(({ result }) => [...result.answeredAt]))
    return { may: this.#passing, turnsAwayAt: answered.difference(excused) }
  }

  async #tryAll(callers: readonly DirectoryCaller[]): Promise<void> {
    if (isIn(await this.#try({ kind: 'nobody' }))) return
    for (const kind of madeUpKinds) {
      const token = await this.#tryMade(nothing, kind)
      if (isIn(token) && !(await this.#turnsAway(token))) return
      // what no policy names is as good as nothing
      await this.#tryHoldings(kind, isIn(token) ? this.#planned.asked.holdings : this.#planned.holdings)
      if (this.#passing.length > 0) break
    }
    const excused = this.#excused
    for (const one of this.#tried.filter(({ result }) => result.answeredAt.size > 0 && passes(result, excused)))
      await this.#turnsAway(one)
    // roles and groups tell it all where no condition decides
    if (this.#passing.length === 0 || this.#planned.conditions.all !== '')
      for (const caller of callers) await this.#tryCaller(caller)
  }

  get #passing(): readonly Principal[] {
    return passing(this.#tried, this.#besides, this.#excused)
  }

  get #excused(): ReadonlySet<string> {
    return excusedErrors([...this.#tried, ...this.#besides], this.#planned.conditions)
  }

  /** Those that whoever got in has, and more, need no try, unless what is more turns away. */
  async #tryHoldings(kind: Made['kind'], holdings: readonly Holding[]): Promise<void> {
    const found: Holding[] = []
    const tryOne = async (holding: Holding) => {
      if (found.some(one => isWithin(one, holding))) return true
      const tried = await this.#tryMade(holding, kind)
      if (isIn(tried) && !(await this.#turnsAway(tried))) found.push(holding)
      return isIn(tried)
    }
    let isAnyIn = false
    for (const holding of holdings) isAnyIn = (await tryOne(holding)) || isAnyIn
    const { everything } = this.#planned.asked
    if (!isAnyIn && sizeOf(everything) > 0 && (await tryOne(everything))) await this.#narrow(everything, kind)
  }

  /** Whether some role or group besides turns away whom it did not without: only a condition may do so. */
  async #turnsAway({ principal, result: before, made }: Tried): Promise<boolean> {
    const { way, asked, holdings, conditions } = this.#planned
    if (conditions.all === '' || made === undefined) return false
    const named = principal.kind === 'token' ? [...asked.holdings, ...holdings] : asked.holdings
    const sets = distinct(named.map(one => minus(one, made.own))).filter(set => sizeOf(set) > 0)
    const refused: Holding[] = []
    for (const besides of sets.slice(0, maxBesides - this.#besides.length)) {
      if (refused.some(one => isWithin(one, besides))) continue
      const result = await this.#trial.call(way, asked, this.#claims({ ...made, own: together(made.own, besides) }))
      this.#besides.push({ principal, besides, result })
      if (!passes(result, before.answeredAt)) refused.push(besides)
    }
    return refused.length > 0
  }

  /** Leaves out what is not needed, one after the other. */
  async #narrow(holding: Holding, kind: Made['kind']): Promise<void> {
    for (const smaller of eachWithoutOne(holding))
      if (isIn(await this.#tryMade(smaller, kind))) return this.#narrow(smaller, kind)
  }

  async #tryCaller({ kind, name, claimsFor }: DirectoryCaller): Promise<void> {
    for (const claims of claimsFor(this.#planned.way.api)) {
      const holding = { roles: textsOf(claims.roles), groups: textsOf(claims.groups) }
      if (isIn(await this.#try({ kind, name, ...holding }, claims))) return
    }
  }

  #claims({ own, kind }: Made): Claims {
    return madeUpClaims(own, this.#planned.asked, kind)
  }

  #tryMade(own: Holding, kind: Made['kind']): Promise<Tried> {
    const principal: Principal = sizeOf(own) === 0 ? { kind: 'token' } : { kind: 'holder', ...own }
    return this.#try(principal, this.#claims({ own, kind }), { own, kind })
  }

  async #try(principal: Principal, claims?: Claims, made?: Made): Promise<Tried> {
    const result = await this.#trial.call(this.#planned.way, this.#planned.asked, claims)
    const tried = { principal, result, ...(made === undefined ? {} : { made }) }
    this.#tried.push(tried)
    return tried
  }
}

const textsOf = (claim: unknown) => (Array.isArray(claim) ? claim.filter(one => typeof one === 'string') : [])

/**
 * Errors that are answered to everybody who has a token: they are about something else than who calls, unless conditions read more of tokens than what
 * was tried. An error that others do not get turns away.
 */
function excusedErrors(tried: readonly Tried[], { readsTokens }: DecidingConditions): ReadonlySet<string> {
  if (readsTokens && !tried.some(isIn)) return new Set()
  const admitted = tried.filter(({ result }) => !result.isAway)
  const withToken = admitted.filter(({ principal }) => principal.kind !== 'nobody')
  const [first, ...others] = (withToken.length > 0 ? withToken : admitted).map(({ result }) => result.answeredAt)
  return others.reduce((all, one) => all.intersection(one), first ?? new Set<string>())
}

const nowhere: ReadonlySet<string> = new Set()

/** Not turned away, and answered by no policy but at these places. */
const passes = ({ isAway, answeredAt }: TrialResult, excused: ReadonlySet<string>) => !isAway && answeredAt.isSubsetOf(excused)

/** Whether it got in, and no policy answered in another way. */
const isIn = ({ result }: Tried) => passes(result, nowhere)

function passing(tried: readonly Tried[], besides: readonly TriedBesides[], excused: ReadonlySet<string>): readonly Principal[] {
  const refused = Map.groupBy(
    besides.filter(({ result }) => !passes(result, excused)),
    ({ principal }) => principalText(principal),
  )
  const admitted = tried.filter(({ result }) => passes(result, excused)).map(({ principal }) => principal)
  return widest(
    admitted.map(principal => {
      const sets = refused.get(principalText(principal))?.map(one => one.besides) ?? []
      return sets.length === 0 ? principal : { ...principal, without: sets }
    }),
  )
}
