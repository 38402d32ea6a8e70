import type { Suberror } from './entra-error-table.ts'
import { errorTable } from './entra-error-table.ts'

/** A refusal in Entra's own terms: what clients match on, what people read, and what would change it. */
export interface EntraRefusal {
  readonly kind: 'refused'
  /** `AADSTS700016`. */
  readonly code: `AADSTS${number}`
  readonly number: number
  /** OAuth 2.0's error code (RFC 6749 §5.2 and Entra's own). */
  readonly error: string
  readonly suberror?: Suberror
  /** A claims request (JSON) that the client should send with its next sign-in. */
  readonly claims?: string
  /** HTTP status at the token endpoint. */
  readonly status: 400 | 401
  /** Without the code in front, without trace ids behind. */
  readonly message: string
  /** In plain words, for the person who configures the client or the directory. */
  readonly mend: string
}

/** A refusal by its number; `{0}`, `{1}` … of its text are filled in. */
export function entraRefusal(number: keyof typeof errorTable, ...details: readonly string[]): EntraRefusal {
  const { error, status, text, mend, suberror } = errorTable[number]
  const fill = (words: string) => words.replace(/\{(\d)\}/g, (_, index) => printable(details[Number(index)] ?? ''))
  const base = {
    kind: 'refused',
    code: `AADSTS${number}`,
    number: Number(number),
    error,
    status,
    message: fill(text),
    mend: fill(mend),
  } as const
  return suberror === undefined ? base : { ...base, suberror }
}

/** What a caller sent, fit for a line of text: no control characters, and short. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?').slice(0, 200)
}

export function isRefusal(value: unknown): value is EntraRefusal {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'refused'
}

export interface ErrorIds {
  readonly traceId: string
  /** The client's own `client-request-id` when it sent one. */
  readonly correlationId: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The body that Entra's token endpoint answers an error with. */
export function errorBody(refusal: EntraRefusal, { traceId, correlationId, now }: ErrorIds): Record<string, unknown> {
  const timestamp = `${new Date(now).toISOString().slice(0, 19).replace('T', ' ')}Z`
  const description = `${refusal.code}: ${refusal.message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`
  return {
    error: refusal.error,
    error_description: description,
    error_codes: [refusal.number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${refusal.number}`,
    ...(refusal.suberror === undefined ? {} : { suberror: refusal.suberror }),
    ...(refusal.claims === undefined ? {} : { claims: refusal.claims }),
  }
}
