import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { DecisionRecord } from '../../../src/audit/record.ts'
import type { Explanation } from '../../../src/explain/explanation.ts'
import type { ReasonCase, Sections, Sending, Sent } from './reason-case.ts'
import { type Stage, type StageOptions, startStage } from './stage.ts'

type Caller = (stage: Stage, url: string, sent: Sent) => Promise<Answer>

export interface Proof extends Partial<StageOptions> {
  /** Files that several mends change. */
  readonly mended?: Readonly<Record<string, string>>
  readonly beforeMending?: (stage: Stage) => Promise<void>
  /** How calls are sent; fetch, unless told. */
  readonly call?: Caller
  /** Further tests, after all mends. */
  readonly more?: (stage: () => Stage) => void
}

/**
 * Provokes each case's reason through a running gateway, looks at the answer, the record and what `explain` says of the call afterwards and beforehand; then
 * applies all mends, in one change, and sees the calls pass.
 */
export function proveReasons(
  family: string,
  cases: readonly ReasonCase[],
  { files, mended, beforeMending, more, call = fetched, ...options }: Proof = {},
): void {
  const named = cases.map((one, index) => ({ one, name: `${one.code.replace('.', '-')}-${index}` }))
  let stage: Stage
  describe(family, () => {
    before(async () => {
      stage = await startStage({ ...options, files: { ...filesOf(named), ...files } })
    })
    after(() => stage?.stop())
    for (const { one, name } of named)
      test(`${title(one)}: record, response and explanation`, () => provoke(stage, one, name, call))
    describe('mended', () => {
      before(async () => {
        await beforeMending?.(stage)
        const changed = Object.assign({ ...mended }, ...named.map(({ one, name }) => mendedFiles(one, name)))
        if (Object.keys(changed).length > 0) await stage.change(changed)
      })
      for (const { one, name } of named)
        if (one.mended !== undefined) test(`${title(one)}: its mend lets the call pass`, () => passesNow(stage, one, name, call))
    })
    more?.(() => stage)
  })
}

const title = ({ code, shows }: ReasonCase) => (shows === undefined ? code : `${code} (${shows})`)

const get = (operationId: string) => ({ operationId, responses: { 200: { description: 'fine' } } })

function filesOf(named: readonly { readonly one: ReasonCase; readonly name: string }[]): Record<string, string> {
  return Object.assign(
    { 'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1 }\n' },
    ...named.map(({ one, name }) => ({
      [`apis/${name}/apiInformation.json`]: JSON.stringify({
        properties: {
          path: name,
          displayName: name,
          protocols: ['http'],
          serviceUrl: 'BACKEND',
          subscriptionRequired: false,
          ...one.api,
        },
      }),
      [`apis/${name}/specification.json`]: JSON.stringify({
        openapi: '3.0.1',
        info: { title: name, version: '1' },
        paths: one.paths ?? { '/x': { get: get('get'), post: get('post') } },
      }),
      [policyFile(name)]: document(one.policy),
      ...one.files?.(name),
    })),
  )
}

function mendedFiles({ mended }: ReasonCase, name: string): Record<string, string> {
  return {
    ...(mended?.policy === undefined ? {} : { [policyFile(name)]: document(mended.policy) }),
    ...mended?.files?.(name),
  }
}

const policyFile = (name: string) => `apis/${name}/policy.xml`

export function document(sections: Sections = {}): string {
  const section = (name: keyof Sections) => `  <${name}>\n    <base />\n    ${sections[name] ?? ''}\n  </${name}>\n`
  const backend =
    sections.backend === undefined ? '  <backend><base /></backend>\n' : `  <backend>\n    ${sections.backend}\n  </backend>\n`
  return `<policies>\n${section('inbound')}${backend}${section('outbound')}${section('on-error')}</policies>\n`
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

const urlOf = (name: string, { path = '/x', url }: Sent) => url ?? `/${name}${path}`

const sentBy = (sending: Sending | undefined, stage: Stage): Promise<Sent> | Sent =>
  typeof sending === 'function' ? sending(stage) : (sending ?? {})

async function fetched(stage: Stage, url: string, { method = 'GET', headers = {}, body }: Sent): Promise<Answer> {
  const answer = await fetch(`${stage.gatehouse.gateway}${url}`, { method, headers, body: body ?? null })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

async function provoke(stage: Stage, one: ReasonCase, name: string, call: Caller): Promise<void> {
  const sent = await sentBy(one.send, stage)
  for (let i = 0; i < (one.before ?? 0); i++) await call(stage, urlOf(name, sent), sent)
  const answer = await call(stage, urlOf(name, sent), sent)
  checkAnswer(answer, one)
  const id = answer.headers.get('x-request-id')
  const { method = 'GET' } = sent
  const [path = ''] = urlOf(name, sent).split('?')
  const record = await (id === null
    ? stage.recordThat(each => each.path === path && each.method === method && each.reason === one.code)
    : stage.record(id))
  checkRecord(record, one, path)
  checkPlace(record, one, name, stage)
  const past = await explainPast(stage, record, one)
  checkExplanation(past, record, one.mend)
  if (one.notAsked !== undefined) return
  const asked = await stage.explain(askedArguments(stage, name, sent))
  checkExplanation(asked, record, one.mend)
  if (one.mixUps !== undefined) assert.deepEqual(mixUpsOf(asked), [...one.mixUps].sort())
}

const mixUpsOf = ({ mixUps }: Explanation) => mixUps.map(({ code }) => code).sort()

/** What was kept of a call may be written a moment later than its record. */
async function explainPast(stage: Stage, { requestId }: DecisionRecord, { mixUps }: ReasonCase): Promise<Explanation> {
  for (const end = Date.now() + 5000; ; await pause(100)) {
    const past = await stage.explain(['--request-id', requestId])
    if (mixUps === undefined || isDeepStrictEqual(mixUpsOf(past), [...mixUps].sort())) return past
    if (Date.now() > end) assert.deepEqual(mixUpsOf(past), [...mixUps].sort())
  }
}

/** RFC 6750 §3 for tokens, API Management's own scheme for keys: what a caller that is turned away must be told. */
function challengeOf({ code, status }: ReasonCase): RegExp | undefined {
  if (code.startsWith('subscription.'))
    return status === 401 ? /^AzureApiManagementKey realm="http:\S+",name="\S+",type="header"$/ : undefined
  if (!code.startsWith('token.') || (status !== 401 && status !== 403)) return undefined
  if (code === 'token.missing') return /^Bearer realm="http:\/\/127\.0\.0\.1:\d+\/\S+"$/
  if (code === 'token.scope')
    return /^Bearer realm="http:\S+", error="insufficient_scope", error_description="[^"\\]+", scope="Orders\.(?:Read|Write)"$/
  const isWeak = ['token.client', 'token.role', 'token.group', 'token.claim'].includes(code)
  return isWeak
    ? /^Bearer realm="http:\S+", error="insufficient_scope", error_description="[^"\\]+"$/
    : /^Bearer realm="http:\S+", error="invalid_token", error_description="[^"\\]+"$/
}

function checkAnswer(answer: Answer, one: ReasonCase): void {
  const { status, message, answers = {} } = one
  assert.equal(answer.status, status, answer.text)
  const challenge = challengeOf(one)
  if (challenge === undefined) assert.equal(answer.headers.get('www-authenticate'), null)
  else assert.match(answer.headers.get('www-authenticate') ?? '', challenge)
  for (const [header, value] of Object.entries(answers)) assert.match(answer.headers.get(header) ?? '', value)
  if (message === undefined) return
  const body: unknown = JSON.parse(answer.text)
  assert.ok(body !== null && typeof body === 'object')
  assert.deepEqual(Object.keys(body), ['statusCode', 'message'])
  assert.equal('statusCode' in body ? body.statusCode : undefined, status)
  assert.match('message' in body ? String(body.message) : '', message)
  assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
}

function checkRecord(record: DecisionRecord, { code, decision, status, expected, received }: ReasonCase, path: string): void {
  assert.equal(record.reason, code)
  assert.equal(record.decision, decision ?? (status >= 500 ? 'failed' : status >= 400 ? 'refused' : 'allowed'))
  assert.equal(record.status, status)
  assert.equal(record.path, path)
  if (expected !== undefined) assert.match((record.expected ?? []).join('\n'), expected)
  if (received !== undefined) assert.match((record.received ?? []).join('\n'), received)
}

function checkPlace(record: DecisionRecord, { decidedBy, policy }: ReasonCase, name: string, { folder }: Stage): void {
  assert.equal(record.policy?.name, decidedBy)
  // on forward-request of a document that has none of its own, the line is the global policy's affair
  const text = document(policy)
  if (decidedBy === undefined || !text.includes(`<${decidedBy}`)) return
  const line = text.slice(0, text.indexOf(`<${decidedBy}`)).split('\n').length
  assert.deepEqual([record.policy?.file, record.policy?.line], [join(folder, policyFile(name)), line])
}

function checkExplanation({ verdict, mend }: Explanation, record: DecisionRecord, expected: RegExp | ''): void {
  assert.deepEqual([verdict.reason, verdict.decision], [record.reason, record.decision])
  assert.deepEqual(verdict.rule, record.policy)
  if (expected === '') assert.equal(mend, '')
  else assert.match(mend, expected)
}

function askedArguments({ folder }: Stage, name: string, { method = 'GET', headers = {}, certificate, ...sent }: Sent): string[] {
  const words = ['--method', method, '--url', urlOf(name, sent)]
  if (certificate !== undefined) {
    const file = join(folder, '.gatehouse', `${name}.pem`)
    writeFileSync(file, [certificate.shown, ...certificate.links].map(({ cert }) => cert).join(''))
    words.push('--certificate', file)
  }
  return [...words, ...Object.entries(headers).flatMap(([key, value]) => ['--header', `${key}: ${value}`])]
}

async function passesNow(stage: Stage, one: ReasonCase, name: string, call: Caller): Promise<void> {
  const { mended } = one
  await mended?.until?.(stage)
  const sent = await sentBy(mended?.send ?? one.send, stage)
  const answer = await call(stage, urlOf(name, sent), sent)
  assert.ok(answer.status < 400, `${answer.status} ${answer.text}`)
  const { method = 'GET' } = sent
  const [path = ''] = urlOf(name, sent).split('?')
  const reason = mended?.reason ?? 'allowed'
  await stage.recordThat(each => each.path === path && each.method === method && each.reason === reason && each.status < 400)
  if (one.notAsked === undefined) assert.ok((await stage.explain(askedArguments(stage, name, sent))).verdict.passes)
}
