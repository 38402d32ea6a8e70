import { isDeepStrictEqual } from 'node:util'
import type { DecisionRecord } from '../../audit/record.ts'
import { Body } from '../../policies/context/body.ts'
import type { ResponseMessage } from '../../policies/context/call-context.ts'
import { Headers } from '../../policies/context/headers.ts'
import type { SentMessage, Stand } from '../stand.ts'
import type { BodySpec, HeaderSpec, PolicyTest, TestAnswer, TestCaller } from './policy-test.ts'

export interface TestResult {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly ok: boolean
  /** One text for each expectation that was not met. */
  readonly failures: readonly string[]
  /** How the call was decided; undefined when it could not be made. */
  readonly verdict?: Pick<DecisionRecord, 'status' | 'reason' | 'policy' | 'expected' | 'received'>
}

/** A token for a caller, or why there is none. */
export type TokenFor = (caller: TestCaller) => Promise<{ readonly token: string } | { readonly refused: string }>

/** Bytes of a body that is compared. */
const maxBody = 10_000_000

/** Makes one call against the stand and compares what came of it. */
export async function runPolicyTest(test: PolicyTest, stand: Stand, tokenFor: TokenFor): Promise<TestResult> {
  const { name, at } = test
  const result = (failures: readonly string[], verdict?: TestResult['verdict']): TestResult => {
    return {
      name,
      file: at.file,
      line: at.line,
      ok: failures.length === 0,
      failures,
      ...(verdict === undefined ? {} : { verdict }),
    }
  }
  const issued = test.caller === undefined ? undefined : await tokenFor(test.caller)
  if (issued !== undefined && 'refused' in issued) return result([`the caller gets no token: ${issued.refused}`])
  const sent: SentMessage[] = []
  const unanswered: string[] = []
  const { record, response } = await stand.run(incomingOf(test, issued?.token), {
    backend(message) {
      sent.push({ ...message, headers: message.headers.clone() })
      return messageOf(test.backend)
    },
    other({ method, url }) {
      const answer = test.answers.find(one => one.url === url)
      if (answer === undefined) {
        unanswered.push(`${method} ${url}`)
        return { kind: 'failure', reason: 'backend.unreachable', message: 'the test has no answer for it' }
      }
      const { statusCode, headers, body } = messageOf(answer)
      return { kind: 'response', statusCode, statusReason: '', headers, body: body.bytes ?? new Uint8Array(0) }
    },
    managedIdentity() {},
  })
  const failures = [...(await differences(test, record, response)), ...(await sentDifferences(test.expect.backend, sent))]
  const asked =
    failures.length === 0 ? [] : unanswered.map(request => `a policy asked ${request}, which the test has no answer for`)
  const shown = (text: string) => (issued === undefined ? text : text.replaceAll(issued.token, '(the token)'))
  return result([...failures, ...asked].map(shown), record)
}

function incomingOf({ request }: PolicyTest, token: string | undefined) {
  const headers = new Headers(request.headers.flat())
  if (!headers.has('host')) headers.append('Host', 'localhost')
  if (token !== undefined && !headers.has('authorization')) headers.append('Authorization', `Bearer ${token}`)
  if (request.body !== undefined && typeof request.body !== 'string' && !headers.has('content-type'))
    headers.append('Content-Type', 'application/json')
  const mark = request.url.indexOf('?')
  return {
    method: request.method,
    path: mark < 0 ? request.url : request.url.slice(0, mark),
    query: mark < 0 ? '' : request.url.slice(mark),
    headers,
    body: bodyOf(request.body),
    peer: request.ip,
    scheme: 'http' as const,
    startedAt: Date.now(),
  }
}

function bodyOf(spec: BodySpec | undefined): Body {
  if (spec === undefined) return Body.empty()
  return Body.of(typeof spec === 'string' ? spec : JSON.stringify(spec))
}

function messageOf({ status, headers: given, body }: TestAnswer): ResponseMessage {
  const headers = new Headers(given.flat())
  if (body !== undefined && typeof body !== 'string' && !headers.has('content-type'))
    headers.append('Content-Type', 'application/json')
  return { statusCode: status, statusReason: '', headers, body: bodyOf(body) }
}

async function differences({ expect }: PolicyTest, record: DecisionRecord, response: ResponseMessage | null): Promise<string[]> {
  const found: string[] = []
  if (expect.status !== undefined && expect.status !== record.status)
    found.push(`status: expected ${expect.status}, got ${record.status}`)
  if (expect.reason !== undefined && expect.reason !== record.reason)
    found.push(`reason: expected ${expect.reason}, got ${record.reason}`)
  const got = response ?? { headers: new Headers(), body: Body.empty() }
  return [...found, ...headerDifferences('', expect.headers, got.headers), ...(await bodyDifference('', expect.body, got.body))]
}

async function sentDifferences(expected: PolicyTest['expect']['backend'], sent: readonly SentMessage[]): Promise<string[]> {
  if (expected === undefined) return []
  const last = sent.at(-1)
  if (expected === false) return last === undefined ? [] : [`backend: expected no call, got ${last.method} ${last.url}`]
  if (last === undefined) return ['backend: expected a call, got none']
  const found: string[] = []
  if (expected.method !== undefined && expected.method !== last.method)
    found.push(`backend method: expected ${expected.method}, got ${last.method}`)
  if (expected.url !== undefined && expected.url !== last.url)
    found.push(`backend url: expected ${expected.url}, got ${last.url}`)
  return [
    ...found,
    ...headerDifferences('backend ', expected.headers, last.headers),
    ...(await bodyDifference('backend ', expected.body, last.body)),
  ]
}

function headerDifferences(whose: string, expected: HeaderSpec, got: Headers): string[] {
  return expected.flatMap(([name, value]) => {
    const sent = got.get(name)
    if (sent === value) return []
    return [`${whose}header ${name}: expected ${JSON.stringify(value)}, got ${sent === null ? 'none' : JSON.stringify(sent)}`]
  })
}

async function bodyDifference(whose: string, expected: BodySpec | undefined, got: Body): Promise<string[]> {
  if (expected === undefined) return []
  const text = Buffer.from(await got.buffer(maxBody)).toString('utf8')
  const same = typeof expected === 'string' ? text === expected : isDeepStrictEqual(parse(text), expected)
  return same ? [] : [`${whose}body: expected ${JSON.stringify(expected)}, got ${text.slice(0, 500) || 'nothing'}`]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no JSON equals nothing that a test can expect
  }
}
