import type { DecisionRecord } from '../../audit/record.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { ReasonCode } from '../../catalog/reason.ts'
import { emptyResponse } from '../../policies/context/empty-response.ts'
import { Stand, type Stubs } from '../stand.ts'
import { hasBadToken, PastCalls, recordOf, type TrailCall, timely } from './past-call.ts'

/** How one call comes out otherwise than it did. */
export interface ChangedVerdict {
  readonly kind: 'now-refused' | 'now-allowed' | 'other-reason'
  readonly method: string
  readonly path: string
  readonly caller: string
  readonly before: Verdict
  readonly after: Verdict
  /** Calls that are the same but for their time. */
  readonly calls: number
  /** One of them. */
  readonly requestId: string
}

export interface Verdict {
  readonly decision: DecisionRecord['decision']
  readonly reason: ReasonCode
  readonly status: number
  /** `validate-jwt at api.xml:5`. */
  readonly rule?: string
}

export interface ReplayResult {
  readonly changes: readonly ChangedVerdict[]
  /** Calls that were run again. */
  readonly replayed: number
  /** Calls that were not, by why. */
  readonly passedOver: ReadonlyMap<string, number>
}

/**
 * Runs calls of the past against a workspace and tells those that come out otherwise. With `base`, against that workspace too, and what differs is between the two;
 * without, between then and now. Tokens count as they did: one that was good is good, its claims are judged anew. The backend answers an empty 200.
 */
export async function replay(
  calls: AsyncIterable<TrailCall> | Iterable<TrailCall>,
  workspace: Catalog,
  base?: Catalog,
): Promise<ReplayResult> {
  const [now, before] = [new Replayer(workspace), base === undefined ? undefined : new Replayer(base)]
  const groups = new Map<string, { readonly call: TrailCall; calls: number }>()
  const passedOver = new Map<string, number>()
  let replayed = 0
  for await (const call of calls) {
    const why = reasonNotTo(call)
    if (why !== undefined) {
      passedOver.set(why, (passedOver.get(why) ?? 0) + 1)
      continue
    }
    replayed++
    const key = keyOf(call)
    const group = groups.get(key)
    if (group !== undefined) group.calls++
    else if (groups.size < maxGroups) groups.set(key, { call, calls: 1 })
    else passedOver.set('too many different calls', (passedOver.get('too many different calls') ?? 0) + 1)
  }
  const changes: ChangedVerdict[] = []
  for (const { call, calls: count } of groups.values()) {
    const was = before === undefined ? verdictOf(recordOf(call)) : await before.run(call)
    const is = await now.run(call)
    const change = changeBetween(was, is)
    if (change === undefined) continue
    if (before === undefined && mayMissHeader(call, is)) {
      replayed -= count
      passedOver.set(notKept, (passedOver.get(notKept) ?? 0) + count)
      continue
    }
    const { method, path, requestId } = recordOf(call)
    changes.push({ ...change, method, path, caller: callerText(recordOf(call)), calls: count, requestId })
  }
  return { changes: changes.sort(byGravity), replayed, passedOver }
}

const notKept = 'by a credential in a header, which is not kept'

/** Whether a header may have been refused now only because it is not there. */
const mayMissHeader = (call: TrailCall, { reason }: Verdict) =>
  'kept' in call && call.leftOut !== undefined && reason.startsWith('header.')

/** Different calls that are run. */
const maxGroups = 100_000
const gravity = ['now-allowed', 'now-refused', 'other-reason'] as const
const byGravity = (a: ChangedVerdict, b: ChangedVerdict) => gravity.indexOf(a.kind) - gravity.indexOf(b.kind) || b.calls - a.calls

/** What policies and routing alone do not decide: it may come out otherwise with no change at all. */
function reasonNotTo(call: TrailCall): string | undefined {
  const { reason, decision, requestId } = recordOf(call)
  if (requestId === '' || reason.startsWith('store.')) return 'no call'
  if (/^(rate|quota|concurrency|counters)\./.test(reason)) return 'turned away by a limit'
  if (/^(request|response|gateway|audit|keys|groups|connection)\b/.test(reason))
    return 'ended by its content, its connection or the gateway'
  if (/^subscription\.(?!missing|invalid)/.test(reason)) return 'turned away by their subscription'
  if (hasBadToken(call)) return 'with a token that was no good'
  if (reason.startsWith('certificate.')) return 'by a client certificate'
  return decision === 'failed' && !reason.startsWith('backend.') ? 'failed' : undefined
}

/** Calls with one key come out alike. */
function keyOf(call: TrailCall): string {
  const { method, path, caller, subscription, product, decision, reason, ipAddress } = recordOf(call)
  const own =
    'kept' in call ? [call.query, call.headers, Object.entries(call.claims ?? {}).filter(([name]) => !timely.has(name))] : []
  return JSON.stringify([method, path, caller, subscription, product, decision, reason, ipAddress, own])
}

function callerText({ caller, subscription }: DecisionRecord): string {
  const who = caller?.userPrincipalName ?? caller?.clientApplication ?? caller?.objectId
  return who ?? (subscription === undefined ? 'nobody named' : `subscription ${subscription}`)
}

function verdictOf({ decision, reason, status, policy }: DecisionRecord): Verdict {
  const rule = policy === undefined ? {} : { rule: `${policy.name} at ${policy.file}:${policy.line}` }
  return { decision, reason, status, ...rule }
}

/** An allowed call stays so whatever the backend answers. */
function changeBetween(before: Verdict, after: Verdict): Pick<ChangedVerdict, 'kind' | 'before' | 'after'> | undefined {
  const passed = (verdict: Verdict) => verdict.decision === 'allowed' || verdict.reason.startsWith('backend.')
  if (passed(before) && passed(after)) return undefined
  if (passed(before)) return { kind: 'now-refused', before, after }
  if (passed(after)) return { kind: 'now-allowed', before, after }
  return before.reason === after.reason ? undefined : { kind: 'other-reason', before, after }
}

const stubs: Stubs = {
  backend: emptyResponse,
  other: () => ({ kind: 'failure', reason: 'backend.unreachable', message: 'a replay sends nothing' }),
  managedIdentity() {},
}

/** One workspace, and the calls that come into it again. */
class Replayer {
  readonly #calls: PastCalls
  readonly #stand: Stand

  constructor(workspace: Catalog) {
    this.#calls = new PastCalls(workspace)
    this.#stand = new Stand(this.#calls.options)
  }

  async run(call: TrailCall): Promise<Verdict> {
    const { record } = await this.#stand.receive(this.#calls.incomingOf(call), stubs, undefined, Date.parse(call.time))
    return verdictOf(record)
  }
}
