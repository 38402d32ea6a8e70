import type { DecisionRecord } from '../../audit/record.ts'
import { textOf } from '../../expressions/types/boxing.ts'
import type { Value } from '../../expressions/types/values.ts'
import type { Call } from '../../gateway/run/call.ts'
import { Body } from '../../policies/context/body.ts'
import type { ResponseMessage } from '../../policies/context/call-context.ts'
import { variableFromJson } from '../../policies/context/from-json.ts'
import { Headers } from '../../policies/context/headers.ts'
import type { OutboundFailure } from '../../policies/ports.ts'
import { CallTrace } from '../../policies/trace/call-trace.ts'
import { redactorFor } from '../../policies/trace/redact.ts'
import { fieldAsSent } from '../as-sent.ts'
import type { SentMessage, Stand, Stubs } from '../stand.ts'
import { jsonDifference, messageDifferences, textDifference } from './compare.ts'
import type { Coverage } from './coverage.ts'
import type { BodySpec, HeaderSpec, PolicyTest, SentMatch, TestAnswer, TestCaller } from './policy-test.ts'
import { ranDifferences } from './ran.ts'
import { type Snapshot, snapshotDifferences, snapshotOf } from './snapshots.ts'

export interface TestResult {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly ok: boolean
  /** One text for each expectation that was not met. */
  readonly failures: readonly string[]
  /** Milliseconds. */
  readonly duration: number
  /** How the call was decided; undefined when it could not be made. */
  readonly verdict?: Pick<DecisionRecord, 'status' | 'reason' | 'policy' | 'expected' | 'received'>
  /** What the answer was, of a test with a snapshot that passed: what came of a failed one is not worth keeping. */
  readonly snapshot?: Snapshot
}

/** A token for a caller, or why there is none. `now` in milliseconds. */
export type TokenFor = (caller: TestCaller, now: number) => Promise<{ readonly token: string } | { readonly refused: string }>

/** What tests run on. */
export interface TestBench {
  readonly stand: Stand
  readonly tokenFor: TokenFor
  /** The answer that was kept; undefined: there is none yet, or a new one shall be kept. */
  readonly keptSnapshot?: (test: PolicyTest) => Snapshot | undefined
  readonly coverage?: Coverage
}

const redact = redactorFor([])

/** Makes one call against the stand and compares what came of it. */
export async function runPolicyTest(
  test: PolicyTest,
  { stand, tokenFor, keptSnapshot, coverage }: TestBench,
): Promise<TestResult> {
  const began = performance.now()
  const now = test.now ?? Date.now()
  const result = (failures: readonly string[], more: Pick<TestResult, 'verdict' | 'snapshot'> = {}): TestResult => {
    const duration = Math.round((performance.now() - began) * 100) / 100
    return { name: test.name, file: test.at.file, line: test.at.line, ok: failures.length === 0, failures, duration, ...more }
  }
  const issued = test.caller === undefined ? undefined : await tokenFor(test.caller, now)
  if (issued !== undefined && 'refused' in issued) return result([`the caller gets no token: ${issued.refused}`])
  const outside = new Outside(test)
  const watched: { call: Call; trace: CallTrace }[] = []
  const watch = (call: Call) => {
    for (const [name, value] of test.variables) call.variables.set(name, variableFromJson(value))
    const trace = new CallTrace(call, { clock: () => 0, redact })
    watched.push({ call, trace })
    return trace
  }
  const { record, response } = await stand.receive(incomingOf(test, issued?.token, now), outside.stubs, watch, test.now)
  const snapshot = test.expect.snapshot ? await snapshotOf(record.status, response) : undefined
  const failures = [...answerDifferences(test, record), ...(await messageDifferences('', test.expect, response ?? noMessage))]
  failures.push(...(await outside.differences()))
  for (const { call, trace } of watched) {
    const passed = [...trace.entries.map(({ place }) => place), ...trace.branches]
    coverage?.add(passed)
    failures.push(...variableDifferences(test, call.variables), ...ranDifferences(test, passed))
  }
  const kept = snapshot === undefined ? undefined : keptSnapshot?.(test)
  if (kept !== undefined && snapshot !== undefined) failures.push(...snapshotDifferences(kept, snapshot))
  const asked =
    failures.length === 0 ? [] : outside.unanswered.map(request => `a policy asked ${request}, which the test has no answer for`)
  const shown = (text: string) => (issued === undefined ? text : text.replaceAll(issued.token, '(the token)'))
  const isGood = snapshot !== undefined && failures.length === 0
  return result([...failures, ...asked].map(shown), { verdict: record, ...(isGood ? { snapshot } : {}) })
}

const noMessage = { headers: new Headers(), body: Body.empty() }

/** Whoever answers a test's call, and what they were sent. */
class Outside {
  readonly #test: PolicyTest
  readonly #toBackend: SentMessage[] = []
  readonly #elsewhere: SentMessage[] = []
  readonly unanswered: string[] = []

  constructor(test: PolicyTest) {
    this.#test = test
  }

  get stubs(): Stubs {
    return {
      backend: message => {
        const { backend } = this.#test
        const answer = backend[Math.min(this.#toBackend.length, backend.length - 1)]
        this.#toBackend.push(copyOf(message))
        if (answer === undefined || answer.fails) return failure('the test lets it fail')
        return messageOf(answer)
      },
      other: message => {
        this.#elsewhere.push(copyOf(message))
        const { method, url } = message
        const answer = this.#test.answers.find(one => one.url === url && (one.method ?? method) === method)
        if (answer === undefined) {
          this.unanswered.push(`${method} ${url}`)
          return failure('the test has no answer for it')
        }
        if (answer.fails) return failure('the test lets it fail')
        const { statusCode, headers, body } = messageOf(answer)
        return { kind: 'response', statusCode, statusReason: '', headers, body: body.bytes ?? new Uint8Array(0) }
      },
      managedIdentity() {},
    }
  }

  async differences(): Promise<string[]> {
    const { backend, sent } = this.#test.expect
    const found = [...(await backendDifferences(backend, this.#toBackend))]
    for (const expected of sent) found.push(...(await this.#sentDifferences(expected)))
    return found
  }

  /** One of the messages to that URL must be as expected; the last one tells what differs. */
  async #sentDifferences(expected: PolicyTest['expect']['sent'][number]): Promise<readonly string[]> {
    const wanted = this.#elsewhere.filter(({ url }) => textDifference('', expected.url, url).length === 0)
    if (wanted.length === 0) return [`sent: expected a request to ${describe(expected.url)}, got none`]
    let last: readonly string[] = []
    for (const message of wanted) {
      last = await sentDifferences('sent ', expected, message)
      if (last.length === 0) return []
    }
    return last
  }
}

const copyOf = (message: SentMessage): SentMessage => ({ ...message, headers: message.headers.clone() })
const failure = (message: string): OutboundFailure => ({ kind: 'failure', reason: 'backend.unreachable', message })

function describe(url: PolicyTest['expect']['sent'][number]['url']): string {
  return url.kind === 'exact' ? url.text : url.kind === 'matches' ? `what matches ${url.expression.source}` : 'nothing'
}

function incomingOf({ request }: PolicyTest, token: string | undefined, now: number) {
  const headers = fieldsOf(request.headers)
  const body = bodyOf(request.body)
  if (!headers.has('host')) headers.append('Host', 'localhost')
  if (token !== undefined && !headers.has('authorization')) headers.append('Authorization', `Bearer ${token}`)
  if (request.body !== undefined && typeof request.body !== 'string' && !headers.has('content-type'))
    headers.append('Content-Type', 'application/json')
  if (body.bytes !== null && !headers.has('content-length') && !headers.has('transfer-encoding'))
    headers.append('Content-Length', String(body.bytes.length))
  const mark = request.url.indexOf('?')
  return {
    method: request.method,
    path: mark < 0 ? request.url : request.url.slice(0, mark),
    query: mark < 0 ? '' : request.url.slice(mark),
    headers,
    body,
    peer: request.ip,
    scheme: 'http' as const,
    startedAt: now,
  }
}

const fieldsOf = (spec: HeaderSpec) => new Headers(spec.flatMap(([name, value]) => [name, fieldAsSent(value)]))

function bodyOf(spec: BodySpec | undefined): Body {
  if (spec === undefined) return Body.empty()
  return Body.of(typeof spec === 'string' ? spec : JSON.stringify(spec))
}

function messageOf({ status, headers: given, body }: TestAnswer): ResponseMessage {
  const headers = fieldsOf(given)
  if (body !== undefined && typeof body !== 'string' && !headers.has('content-type'))
    headers.append('Content-Type', 'application/json')
  return { statusCode: status, statusReason: '', headers, body: bodyOf(body) }
}

function answerDifferences({ expect }: PolicyTest, record: DecisionRecord): string[] {
  const found: string[] = []
  if (expect.status !== undefined && expect.status !== record.status)
    found.push(`status: expected ${expect.status}, got ${record.status}`)
  if (expect.reason !== undefined && expect.reason !== record.reason)
    found.push(`reason: expected ${expect.reason}, got ${record.reason}`)
  return found
}

async function backendDifferences(
  expected: PolicyTest['expect']['backend'],
  sent: readonly SentMessage[],
): Promise<readonly string[]> {
  if (expected === undefined) return []
  const last = sent.at(-1)
  if (expected === false) return last === undefined ? [] : [`backend: expected no call, got ${last.method} ${last.url}`]
  return last === undefined ? ['backend: expected a call, got none'] : sentDifferences('backend ', expected, last)
}

async function sentDifferences(
  whose: string,
  expected: SentMatch,
  { method, url, headers, body }: SentMessage,
): Promise<string[]> {
  const found: string[] = []
  if (expected.method !== undefined && expected.method !== method)
    found.push(`${whose}method: expected ${expected.method}, got ${method}`)
  if (expected.url !== undefined) found.push(...textDifference(`${whose}url`, expected.url, url))
  return [...found, ...(await messageDifferences(whose, expected, { headers, body }))]
}

function variableDifferences({ expect }: PolicyTest, variables: ReadonlyMap<string, Value>): readonly string[] {
  return expect.variables.flatMap(([name, match]) =>
    jsonDifference(`variable ${name}`, match, jsonOfVariable(variables.get(name))),
  )
}

/** A variable as YAML would write it: numbers, texts and booleans as they are, an object as its text. */
function jsonOfVariable(value: Value): unknown {
  if (value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return value
  const text = textOf(value)
  return text !== null && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
