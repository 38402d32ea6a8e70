import assert from 'node:assert/strict'
import type { Ports } from '../ports.ts'
import { CallTrace, type TraceOptions } from '../trace/call-trace.ts'
import { redactorFor } from '../trace/redact.ts'
import type { MadeCall } from './make-call.ts'
import { type Ran, runPolicies, type Sections, type Surroundings } from './run-policies.ts'

/** Runs policies as `runPolicies` does, and gives the trace of the call besides: its clock stands, and it knows no secret named value. */
export async function tracePolicies(
  sections: Sections,
  call: MadeCall = {},
  ports: Partial<Ports> = {},
  around: Surroundings = {},
  options: Partial<TraceOptions> = {},
): Promise<Ran & { readonly trace: CallTrace }> {
  let trace: CallTrace | undefined
  const ran = await runPolicies(sections, call, ports, around, ctx => {
    trace = new CallTrace(ctx, { clock: () => 0, redact: redactorFor([]), ...options })
    return trace
  })
  assert.ok(trace !== undefined)
  return { ...ran, trace }
}
