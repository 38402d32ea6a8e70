import type { CallContext } from '../context/call-context.ts'
import type { CounterState } from '../ports.ts'
import { namesCredential, namesParameter } from '../trace/credential-name.ts'
import type { PolicyPlace } from '../trace/tracer.ts'

/** Tells who watches a call what a limit counts it under, and what is left. */
export function traceLimit(
  ctx: CallContext,
  place: PolicyPlace,
  limit: string,
  key: string,
  { allowed, remaining }: CounterState,
): void {
  ctx.tracer?.compared(place, {
    subject: 'the limit',
    expected: [limit],
    received: [
      `${allowed ? `${remaining} left` : 'none left'} for ${isSecret(key, ctx) ? 'a key that holds a credential' : `the key ${key}`}`,
    ],
    holds: allowed,
  })
}

/** Shortest credential that is looked for: a shorter one stands in any text by chance. */
const shortest = 8

/** Keys are made of what callers send: of credentials, too. */
function isSecret(key: string, { request, subscription }: CallContext): boolean {
  const sent = request.headers
    .names()
    .filter(namesCredential)
    .flatMap(name => request.headers.getAll(name))
  const asked = [...new URLSearchParams(request.originalUrl.query)].flatMap(([name, value]) =>
    namesParameter(name) ? [value] : [],
  )
  const keys = [subscription?.primaryKey, subscription?.secondaryKey]
  return [...sent, ...sent.map(value => value.replace(/^\S+\s+/, '')), ...asked, ...keys].some(
    value => value !== undefined && value.length >= shortest && key.includes(value),
  )
}

/** `at most 5 calls in 60 seconds`. */
export function limitText(amount: number, unit: string, period: number): string {
  return `at most ${amount} ${unit}${period === 0 ? '' : ` in ${period / 1000} seconds`}`
}
