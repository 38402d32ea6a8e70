import type { IncomingMessage } from 'node:http'
import type { AuditWriter } from '../../audit/audit-writer.ts'
import type { KeptCall } from '../../audit/kept-call.ts'
import { type CallRecord, decisionRecord } from '../../audit/record.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { KeepCallsSettings } from '../../catalog/settings.ts'
import { cutToken } from '../../identity/compact-token.ts'
import { Headers } from '../../policies/context/headers.ts'
import { withParameter } from '../../policies/context/query-parameters.ts'
import { namesCredential } from '../../policies/trace/credential-name.ts'
import { type Redactor, redactorFor } from '../../policies/trace/redact.ts'
import { subscriptionKeys } from '../../policies/trace/sent-credentials.ts'
import type { Call } from './call.ts'

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
/** Characters of claims, as JSON, that are kept of a token that was good, and of one that anybody may have made up. */
const maxClaims = { vouched: 32_768, unvouched: 4096 }
/** Characters that one thread keeps in an hour: whoever is turned away cannot fill the disk. Counted before it is JSON, which the writer makes. */
const defaultMost = 64 * 1024 * 1024
/** Characters of what is much the same in all kept calls, and those around each text. */
const frame = { call: 800, text: 4 }
const hour = 3_600_000

/** Keeps calls for replay, as the workspace says: those that were refused, and a sample of the others. */
export class CallKeeper {
  readonly #writer: Pick<AuditWriter, 'write'>
  readonly #random: () => number
  readonly #most: number
  /** When the hour began that is counted, and what was kept in it. */
  #since = 0
  #kept = 0

  /** `most`: characters that are kept in an hour. */
  constructor(writer: Pick<AuditWriter, 'write'>, random: () => number = Math.random, most: number = defaultMost) {
    this.#writer = writer
    this.#random = random
    this.#most = most
  }

  /** Undefined when the call will not be kept, whatever becomes of it. */
  begin({ method, url, rawHeaders }: IncomingMessage, settings: KeepCallsSettings): CallHead | undefined {
    const isSampled = settings.sample > 0 && this.#random() < settings.sample
    if (!isSampled && !settings.denied) return undefined
    return { method: method ?? 'GET', target: url ?? '/', rawHeaders: [...rawHeaders], isSampled }
  }

  end(head: CallHead, record: CallRecord, call: Pick<Call, 'api' | 'subscription'>, catalog: Catalog): void {
    if (!head.isSampled && record.decision !== 'refused') return
    if (record.time - this.#since > hour) {
      this.#since = record.time
      this.#kept = 0
    }
    if (this.#kept > this.#most) return
    const { kept, size } = keptCall(head, record, call, catalog)
    this.#kept += size
    this.#writer.write(kept)
  }
}

/** A call as it is kept, and about how many characters that takes. */
function keptCall(
  { method, target, rawHeaders }: CallHead,
  record: CallRecord,
  call: Pick<Call, 'api' | 'subscription'>,
  { namedValues }: Catalog,
): { readonly kept: KeptCall; readonly size: number } {
  const names = call.api.subscriptionKeyNames
  const mark = target.indexOf('?')
  const asked = mark < 0 ? '' : target.slice(mark)
  const sent = new Headers([...rawHeaders])
  const redact = redactorFor(namedValues).hiding(subscriptionKeys(call, sent, asked))
  const claims = claimsIn(sent, redact, isVouched(record) ? maxClaims.vouched : maxClaims.unvouched)
  const isKey = (name: string) => name.toLowerCase() === names.header.toLowerCase()
  const leftOut = sent.names().filter(name => namesCredential(name) && !isKey(name) && !uncalledFor.test(name))
  const decided = decisionRecord(record)
  const query = redact.text(withParameter(asked, names.query, '***'))
  const headers = pairsOf(rawHeaders).flatMap(([name, value]) =>
    namesCredential(name) || isKey(name) ? [] : [[name, redact.header(name, value)] as const],
  )
  const kept = {
    kept: decided,
    time: decided.time,
    method,
    path: record.path,
    query,
    headers,
    ...(leftOut.length === 0 ? {} : { leftOut }),
    ...(claims === undefined ? {} : { claims: JSON.parse(claims) }),
    ipAddress: record.ipAddress,
  }
  // the path stands in the decision, too
  const texts = [record.path, record.path, query, claims ?? '', ...leftOut, ...headers.flat()]
  return { kept, size: texts.reduce((sum, text) => sum + text.length + frame.text, frame.call) }
}

/** Of the one the claims are kept; the other is a handshake's nonce (RFC 6455 §11.3.1), which no policy lets in. */
const uncalledFor = /^(?:authorization|sec-websocket-key)$/i

const isVouched = ({ caller }: CallRecord) => caller !== undefined && caller.unverified === undefined

function pairsOf(raw: readonly string[]): readonly (readonly [name: string, value: string])[] {
  return raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : []))
}

/** As JSON; undefined too when they are longer than may be kept. */
function claimsIn(headers: Headers, redact: Redactor, most: number): string | undefined {
  const [, token] = /^bearer\s+(\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
  const cut = token === undefined ? '' : cutToken(token, maxToken)
  if (typeof cut === 'string' || cut.form !== 'signed') return undefined
  const text = JSON.stringify(cut.claims, (_, value: unknown) => (typeof value === 'string' ? redact.text(value) : value))
  return text.length > most ? undefined : text
}
