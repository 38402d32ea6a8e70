import type { DecisionRecord } from '../audit/record.ts'
import type { Incoming } from '../gateway/run/serve-call.ts'
import { emptyResponse } from '../policies/context/empty-response.ts'
import { Stand, type StandOptions } from './stand.ts'

export interface DryRun {
  readonly record: DecisionRecord
  /** Where the request would have gone, without its query; absent: nowhere. */
  readonly backend?: string
  readonly notes: readonly string[]
}

/** Decides a call by the gateway's own plans, and sends nothing anywhere: the backend answers an empty 200, others do not answer. */
export async function dryRun(incoming: Incoming, options: StandOptions): Promise<DryRun> {
  const notes = new Set<string>()
  let backend: string | undefined
  const { record } = await new Stand(options).run(incoming, {
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
  })
  return { record, ...(backend === undefined ? {} : { backend }), notes: [...notes] }
}

const withoutQuery = (url: string) => url.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//')
