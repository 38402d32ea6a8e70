import type { DecisionRecord } from '../audit/record.ts'
import type { Call } from '../gateway/run/call.ts'
import type { Incoming } from '../gateway/run/serve-call.ts'
import { emptyResponse } from '../policies/context/empty-response.ts'
import type { OutboundFailure } from '../policies/ports.ts'
import { CallTrace } from '../policies/trace/call-trace.ts'
import { type Redactor, redactorFor } from '../policies/trace/redact.ts'
import { type SentMessage, Stand, type StandOptions, type Stubs } from './stand.ts'

export interface DryRun {
  readonly record: DecisionRecord
  /** Where the request would have gone, without its query; absent: nowhere. */
  readonly backend?: string
  /** What each policy compared and changed; absent when the gateway answered before any was asked. */
  readonly trace?: CallTrace
  /** The same call once more, on behind each refusal; absent when no policy refused it. */
  readonly behind?: CallTrace
  readonly notes: readonly string[]
}

/** Decides a call by the gateway's own listener and plans, and sends nothing anywhere: the backend answers an empty 200, others do not answer. */
export function dryRun(incoming: Incoming, options: StandOptions, at?: number): Promise<DryRun> {
  return new DryRunner(options).run(incoming, at)
}

/** As `dryRun`, for many calls: the policies are compiled once. One call at a time. */
export class DryRunner {
  readonly #stand: Stand
  readonly #redact: Redactor

  constructor(options: StandOptions) {
    this.#stand = new Stand(options)
    this.#redact = redactorFor(options.catalog.namedValues)
  }

  /** `at`: the time, in milliseconds since 1970, at which the clock stands; absent: now. */
  async run(incoming: Incoming, at?: number): Promise<DryRun> {
    const outside = new Outside()
    const { record, ...traced } = await this.#once(incoming, outside, false, at)
    const { reached, notes } = outside
    const found = { record, ...traced, ...(reached === undefined ? {} : { backend: reached }), notes: [...notes] }
    if (record.policy === undefined) return found
    const { trace: behind } = await this.#once(incoming, outside, true, at)
    return behind === undefined ? found : { ...found, behind }
  }

  async #once(incoming: Incoming, outside: Outside, goesOn: boolean, at: number | undefined) {
    const traces: CallTrace[] = []
    const watch = (call: Call) => {
      const trace = new CallTrace(call, { clock: performance.now.bind(performance), redact: this.#redact, goesOn })
      traces.push(trace)
      return trace
    }
    const { record, own } = await this.#stand.receive(incoming, outside, watch, at)
    if (own !== undefined) outside.notes.add(ownNotes[own])
    const [trace] = traces
    return trace === undefined ? { record } : { record, trace }
  }
}

const ownNotes = {
  status: 'The gateway answers this path itself, to tell that it is up: no policy is asked and no record is written.',
  trace:
    'The gateway hands out traces under this path to whoever knows the id of one: which there are, only the running gateway knows.',
} as const

/** Nobody is asked: what would have been is noted. */
class Outside implements Stubs {
  readonly notes = new Set<string>()
  /** Where the request would have gone last. */
  reached: string | undefined

  backend({ method, url }: SentMessage) {
    this.reached = `${method} ${withoutQuery(url)}`
    this.notes.add('Nothing was sent: the backend counts as answering an empty 200.')
    return emptyResponse()
  }

  handshake({ method, url }: SentMessage) {
    this.reached = `${method} ${withoutQuery(url)}`
    this.notes.add('Nothing was sent: the backend counts as taking the handshake. Its policies and those of outbound do not run.')
    return { ...emptyResponse(), statusCode: 101 }
  }

  other({ method, url }: SentMessage): OutboundFailure {
    this.notes.add(
      `A policy would call ${method} ${withoutQuery(url)}; it counts as not answering here, so what follows from it may differ.`,
    )
    return { kind: 'failure', reason: 'backend.unreachable', message: 'an explanation sends nothing' }
  }

  managedIdentity(of = 'the managed identity'): void {
    this.notes.add(`A policy asks for a token of ${of}: it counts as given.`)
  }
}

const withoutQuery = (url: string) => url.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//')
