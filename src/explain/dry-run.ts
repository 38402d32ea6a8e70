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
  /** What each policy compared and changed. */
  readonly trace: CallTrace
  /** The same call once more, on behind each refusal; absent when no policy refused it. */
  readonly behind?: CallTrace
  readonly notes: readonly string[]
}

/** Decides a call by the gateway's own plans, and sends nothing anywhere: the backend answers an empty 200, others do not answer. */
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
    const { record, trace } = await this.#once(incoming, outside, false, at)
    const { reached, notes } = outside
    const found = { record, trace, ...(reached === undefined ? {} : { backend: reached }), notes: [...notes] }
    return record.policy === undefined ? found : { ...found, behind: (await this.#once(incoming, outside, true, at)).trace }
  }

  async #once(incoming: Incoming, outside: Stubs, goesOn: boolean, at: number | undefined) {
    const traces: CallTrace[] = []
    const watch = (call: Call) => {
      const trace = new CallTrace(call, { clock: performance.now.bind(performance), redact: this.#redact, goesOn })
      traces.push(trace)
      return trace
    }
    // policies change the headers that they are handed
    const { record } = await this.#stand.run({ ...incoming, headers: incoming.headers.clone() }, outside, watch, at)
    const [trace] = traces
    if (trace === undefined) throw new Error('a call was made and nobody watched it')
    return { record, trace }
  }
}

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
