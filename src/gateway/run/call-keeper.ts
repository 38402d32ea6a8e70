import type { IncomingMessage } from 'node:http'
import type { AuditWriter } from '../../audit/audit-writer.ts'
import type { KeptCall } from '../../audit/kept-call.ts'
import { type CallRecord, decisionRecord } from '../../audit/record.ts'
import type { KeepCallsSettings } from '../../catalog/settings.ts'
import { cutToken } from '../../identity/compact-token.ts'
import { credentialNames, type Redactor } from '../../policies/trace/redact.ts'

/** A call's head as it came, before policies changed anything. */
export interface CallHead {
  readonly method: string
  readonly target: string
  /** Name, value, name, value … */
  readonly rawHeaders: readonly string[]
  /** It is kept whatever becomes of it. */
  readonly isSampled: boolean
}

/** Bytes of a token that is looked into. */
const maxToken = 32_768
/** Characters of a header's value and of a query that are kept. */
const maxText = 2000

/** Keeps calls for replay, as the workspace says: those that were refused, and a sample of the others. */
export class CallKeeper {
  readonly #writer: Pick<AuditWriter, 'write'>
  readonly #random: () => number

  constructor(writer: Pick<AuditWriter, 'write'>, random: () => number = Math.random) {
    this.#writer = writer
    this.#random = random
  }

  /** Undefined when the call will not be kept, whatever becomes of it. */
  begin({ method, url, rawHeaders }: IncomingMessage, settings: KeepCallsSettings): CallHead | undefined {
    const isSampled = settings.sample > 0 && this.#random() < settings.sample
    if (!isSampled && !settings.denied) return undefined
    return { method: method ?? 'GET', target: url ?? '/', rawHeaders: [...rawHeaders], isSampled }
  }

  end(head: CallHead, record: CallRecord, redact: Redactor): void {
    if (!head.isSampled && record.decision !== 'refused') return
    this.#writer.write(keptCall(head, record, redact))
  }
}

function keptCall({ method, target, rawHeaders }: CallHead, record: CallRecord, redact: Redactor): KeptCall {
  const kept = decisionRecord(record)
  const mark = target.indexOf('?')
  const claims = claimsIn(rawHeaders)
  return {
    kept,
    time: kept.time,
    method,
    path: record.path,
    query: mark < 0 ? '' : redact.url(target.slice(mark, mark + maxText)),
    headers: plainHeaders(rawHeaders, redact),
    ...(claims === undefined ? {} : { claims }),
    ipAddress: record.ipAddress,
  }
}

function plainHeaders(rawHeaders: readonly string[], redact: Redactor): readonly (readonly [string, string])[] {
  const list: (readonly [string, string])[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (!credentialNames.test(name)) list.push([name, redact.header(name, (rawHeaders[i + 1] ?? '').slice(0, maxText))])
  }
  return list
}

function claimsIn(rawHeaders: readonly string[]): Readonly<Record<string, unknown>> | undefined {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [, token] =
      /^bearer\s+(\S+)$/i.exec(rawHeaders[i]?.toLowerCase() === 'authorization' ? (rawHeaders[i + 1] ?? '') : '') ?? []
    const cut = token === undefined ? '' : cutToken(token, maxToken)
    if (typeof cut !== 'string' && cut.form === 'signed') return cut.claims
  }
  return undefined
}
