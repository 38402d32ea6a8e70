import type { DecisionRecord } from '../audit/record.ts'
import type { Call } from '../gateway/run/call.ts'
import type { Incoming } from '../gateway/run/serve-call.ts'
import { emptyResponse } from '../policies/context/empty-response.ts'
import { CallTrace } from '../policies/trace/call-trace.ts'
import { redactorFor } from '../policies/trace/redact.ts'
import { Stand, type StandOptions, type Stubs } from './stand.ts'

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
export async function dryRun(incoming: Incoming, options: StandOptions): Promise<DryRun> {
  const notes = new Set<string>()
  let backend: string | undefined
  const stand = new Stand(options)
  const redact = redactorFor(options.catalog.namedValues)
  const run = async (goesOn: boolean) => {
    const traces: CallTrace[] = []
    const watch = (call: Call) => {
      const trace = new CallTrace(call, { clock: performance.now.bind(performance), redact, goesOn })
      traces.push(trace)
      return trace
    }
    // policies change the headers that they are handed
    const { record } = await stand.run({ ...incoming, headers: incoming.headers.clone() }, stubs, watch)
    const [trace] = traces
    if (trace === undefined) throw new Error('a call was made and nobody watched it')
    return { record, trace }
  }
  const stubs: Stubs = {
    backend({ method, url }) {
      backend = `${method} ${withoutQuery(url)}`
      notes.add('Nothing was sent: the backend counts as answering an empty 200.')
      return emptyResponse()
    },
    other({ method, url }) {
      notes.add(
        `A policy would call ${method} ${withoutQuery(url)}; it counts as not answering here, so what follows from it may differ.`,
      )
      return { kind: 'failure', reason: 'backend.unreachable', message: 'an explanation sends nothing' }
    },
    managedIdentity() {
      notes.add('A policy asks for a token of the managed identity: it counts as given.')
    },
  }
  const { record, trace } = await run(false)
  const found = { record, trace, ...(backend === undefined ? {} : { backend }), notes: [...notes] }
  return record.policy === undefined ? found : { ...found, behind: (await run(true)).trace }
}

const withoutQuery = (url: string) => url.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//')
