import { counted } from '../../catalog/counted.ts'
import type { CallContext } from '../context/call-context.ts'
import type { CounterState } from '../ports.ts'
import { sentCredentials } from '../trace/sent-credentials.ts'
import type { PolicyPlace } from '../trace/tracer.ts'

/** Tells who watches a call what a limit counts it under, and what is left. */
export function traceLimit(
  ctx: CallContext,
  place: PolicyPlace,
  limit: string,
  key: string,
  { allowed, remaining }: CounterState,
): void {
  if (ctx.tracer === null) return
  // keys are made of what callers send: of credentials, too
  const holdsCredential = sentCredentials(ctx).some(one => key.includes(one))
  ctx.tracer.compared(place, {
    subject: 'the limit',
    expected: [limit],
    received: [
      `${allowed ? `${remaining} left` : 'none left'} for ${holdsCredential ? 'a key that holds a credential' : `the key ${key}`}`,
    ],
    holds: allowed,
  })
}

/** `at most 5 calls in 60 seconds`; of calls or bytes. */
export function limitText(amount: number, unit: 'call' | 'byte', period: number): string {
  return `at most ${counted(amount, unit)}${period === 0 ? '' : ` in ${counted(period / 1000, 'second')}`}`
}
