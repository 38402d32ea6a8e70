import { relative } from 'node:path'
import type { CallTrace } from '../../policies/trace/call-trace.ts'
import type { TraceEntry } from '../../policies/trace/tracer.ts'
import type { Call } from '../run/call.ts'
import type { Verdict } from '../run/run-plan.ts'

/** Bytes of a trace; what is over loses its last entries. */
const maxBytes = 1024 * 1024

/** A policy in a trace: where it stands, what it compared and changed, and when. Times in milliseconds. */
interface ShownEntry {
  readonly source: string
  readonly policyId?: string
  readonly scope: string
  readonly section: string
  readonly path: string
  /** From the workspace's folder. */
  readonly file: string
  readonly line: number
  readonly elapsed: number
  readonly duration: number
  readonly outcome: TraceEntry['outcome']
  readonly reason?: string
  readonly statusCode?: number
  readonly message?: string
  readonly input: TraceEntry['comparisons']
  readonly output: TraceEntry['changes']
  readonly said: TraceEntry['said']
}

/** The trace of a call as JSON, in the form of API Management's: `traceEntries` by section. Nothing in it is secret. */
export function traceDocument(traceId: string, call: Call, trace: CallTrace, verdict: Verdict, folder: string): string {
  const shown = trace.entries.map(entry => shownEntry(entry, folder))
  for (let kept = shown.length; ; kept = Math.floor(kept / 2)) {
    const text = JSON.stringify(documentOf(traceId, call, trace, shown.slice(0, kept), verdict))
    if (kept === 0 || Buffer.byteLength(text) <= maxBytes) return text
  }
}

function documentOf(
  traceId: string,
  call: Call,
  trace: CallTrace,
  entries: readonly ShownEntry[],
  { decision, reason }: Verdict,
) {
  const of = (section: string) => entries.filter(entry => entry.section === section)
  return {
    serviceName: call.deployment.serviceName,
    traceId,
    requestId: call.requestId,
    startedAt: new Date(call.startedAt).toISOString(),
    request: {
      method: call.request.method,
      url: trace.redact.text(call.request.originalUrl.toString()),
      ipAddress: call.request.ipAddress,
    },
    api: call.api.name,
    operation: call.operation.name,
    product: call.product?.name ?? null,
    subscription: call.subscription?.name ?? null,
    decision,
    reason,
    statusCode: call.response?.statusCode ?? null,
    backendTime: Math.round(call.backendTime),
    traceEntries: { inbound: of('inbound'), backend: of('backend'), outbound: of('outbound'), 'on-error': of('on-error') },
    leftOut: trace.leftOut + trace.entries.length - entries.length,
  }
}

function shownEntry(
  { place, startedAt, duration, outcome, reason, statusCode, message, comparisons, changes, said }: TraceEntry,
  folder: string,
): ShownEntry {
  const milliseconds = (time: number) => Math.round(time * 1000) / 1000
  return {
    source: place.policy,
    ...(place.policyId === '' ? {} : { policyId: place.policyId }),
    scope: place.scope,
    section: place.section,
    path: place.path,
    file: relative(folder, place.file),
    line: place.line,
    elapsed: milliseconds(startedAt),
    duration: milliseconds(duration),
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(message === undefined ? {} : { message }),
    input: comparisons,
    output: changes,
    said,
  }
}
