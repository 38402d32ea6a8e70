import { randomBytes } from 'node:crypto'
import { baseName } from '../../catalog/base-name.ts'
import type { Settings } from '../../catalog/settings.ts'
import type { Headers } from '../../policies/context/headers.ts'
import { CallTrace } from '../../policies/trace/call-trace.ts'
import { redactorFor } from '../../policies/trace/redact.ts'
import type { SharedCache } from '../counters/shared-cache.ts'
import type { Call } from '../run/call.ts'
import type { Verdict } from '../run/run-plan.ts'
import type { Runtime } from '../run/runtime.ts'
import { readDebugKey } from './debug-key.ts'
import { type DebugGrant, readDebugToken } from './debug-token.ts'
import { traceDocument } from './trace-document.ts'

/** Where a trace is fetched, followed by its id; the id is the only key to it. */
export const tracesPath = '/traces-0123456789abcdef/'

/** Milliseconds that a trace is kept. */
const keptFor = 3_600_000
/** Milliseconds for which the debug key is believed as it was read: a header alone must not cost a file. */
const keyBelievedFor = 2_000

const debugHeader = 'Apim-Debug-Authorization'
const traceHeader = 'Ocp-Apim-Trace'

/** What a caller said about tracing; most say nothing. */
export interface TraceWish {
  /** `Ocp-Apim-Trace: true`. */
  readonly byHeader: boolean
  readonly debugToken: string | undefined
}

/** What the headers ask for, undefined for nothing. A debug token is taken out: neither policies nor backends see it. */
export function traceWish(headers: Headers): TraceWish | undefined {
  const token = headers.get(debugHeader)
  const wished = headers.get(traceHeader)
  if (token === null && wished === null) return undefined
  if (token !== null) headers.delete(debugHeader)
  return { byHeader: wished?.trim().toLowerCase() === 'true', debugToken: token ?? undefined }
}

/** Who lets a call be traced, and how the caller is told where the trace is. */
interface Permit {
  readonly header: 'Apim-Trace-Id' | 'Ocp-Apim-Trace-Location'
  /** Roles of which the caller must turn out to have one: until the end nobody knows who that is. */
  readonly roles?: readonly string[]
}

interface OpenTrace {
  readonly trace: CallTrace
  readonly permit: Permit
}

/**
 * Traces calls for those who may ask: a subscription that allows it or the holder of a role that may (`Ocp-Apim-Trace: true`), or a debug token for the API.
 * Traces lie in the cache that all threads share: bounded, gone after an hour or when the process ends.
 */
export class RequestTracing {
  readonly #traces: Pick<SharedCache, 'get' | 'set'>
  readonly #open = new WeakMap<Call, OpenTrace>()
  #key: { readonly state: string; readonly readAt: number; readonly key: Uint8Array } | undefined

  constructor(traces: Pick<SharedCache, 'get' | 'set'>) {
    this.#traces = traces
  }

  /** The watch of a call whose caller may trace it; null, with the reason in a header where Azure gives one, for others. */
  begin(call: Call, wish: TraceWish, { catalog }: Runtime): CallTrace | null {
    const permit = this.#permit(call, wish, catalog.settings)
    if (permit === undefined) return null
    const trace = new CallTrace(call, { clock: () => performance.now(), redact: redactorFor(catalog.namedValues) })
    this.#open.set(call, { trace, permit })
    return trace
  }

  /** Keeps the trace of a call whose answer stands, and tells the caller where. */
  end(call: Call, verdict: Verdict, { catalog }: Runtime): void {
    const open = this.#open.get(call)
    if (open === undefined || !isPermitted(call, open.permit)) return
    // no sign in it that a command line could take for an option
    const id = randomBytes(24).toString('hex')
    const text = traceDocument(id, call, open.trace, verdict, catalog.settings.folder)
    this.#traces.set(cacheKey(id), Buffer.from(text), keptFor, Date.now())
    const { scheme, host, port } = call.request.originalUrl
    const usual = port === (scheme === 'https' ? 443 : 80)
    const address = `${scheme}://${host}${usual ? '' : `:${port}`}${tracesPath}${id}`
    const { header } = open.permit
    call.lateHeaders.push([header, header === 'Apim-Trace-Id' ? id : address])
  }

  /** The JSON of a trace; undefined when there is none of that id any more. */
  find(id: string): Uint8Array | undefined {
    return /^[0-9a-f]{48}$/.test(id) ? this.#traces.get(cacheKey(id), Date.now()) : undefined
  }

  #permit(call: Call, { byHeader, debugToken }: TraceWish, { state, tracing }: Settings): Permit | undefined {
    if (debugToken !== undefined) {
      const grant = this.#grantOf(debugToken, state)
      if (grant !== undefined) return permitByToken(call, grant)
    }
    if (!byHeader) return undefined
    const header = 'Ocp-Apim-Trace-Location'
    if (call.subscription?.allowTracing === true) return { header }
    return tracing === undefined ? undefined : { header, roles: tracing.roles }
  }

  #grantOf(token: string, state: string): DebugGrant | undefined {
    const now = Date.now()
    const known = this.#key
    const believed = known !== undefined && known.state === state && now - known.readAt <= keyBelievedFor
    const key = believed ? known.key : readDebugKey(state)
    if (key === undefined) return undefined
    if (!believed) this.#key = { state, readAt: now, key }
    return readDebugToken(key, token)
  }
}

const cacheKey = (id: string) => `trace ${id}`

/** By the roles of a signed token that a policy validated; what is granted for a time makes nobody an administrator. */
function isPermitted({ caller }: Call, { roles }: Permit): boolean {
  return roles === undefined || (caller?.isSigned === true && caller.roles.some(role => roles.includes(role)))
}

function permitByToken(call: Call, { api, expires }: DebugGrant): Permit | undefined {
  if (expires <= Date.now()) {
    call.lateHeaders.push(['Apim-Debug-Authorization-Expired', new Date(expires).toISOString()])
    return undefined
  }
  if (api.toLowerCase() !== baseName(call.api).toLowerCase()) {
    call.lateHeaders.push(['Apim-Debug-Authorization-WrongAPI', 'The debug token was issued for another API.'])
    return undefined
  }
  return { header: 'Apim-Trace-Id' }
}
