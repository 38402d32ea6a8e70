import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { pageOf, type ReasonCode, reasonCodes } from '../src/catalog/reason.ts'
import { challengeFor } from '../src/gateway/run/challenge.ts'
import { RequestUrl } from '../src/policies/context/request-url.ts'
import { policies } from '../src/policies/elements/index.ts'
import { allCases } from './e2e/reasons/all-cases.ts'
import type { ReasonCase } from './e2e/reasons/reason-case.ts'
import { toldApart } from './e2e/reasons/told-apart.ts'
import { type ReasonPage, readReasonPages, type ShownAnswer } from './reason-pages.ts'

const root = new URL('..', import.meta.url)
const index = readFileSync(new URL('docs/errors.md', root), 'utf8')
const pages = readReasonPages()
const pageFor = (code: ReasonCode): ReasonPage => pages.get(code) ?? assert.fail(`${code} has no page`)

type Provoked = Pick<ReasonCase, 'code' | 'status' | 'message' | 'answers'>

/** What the gateway answered when tests provoked the codes at its front door. */
const provoked: readonly Provoked[] = [
  ...(await allCases()),
  ...[...toldApart].map(([code, { status, message }]) => ({ code, status, message })),
]
const provokedBy = (code: ReasonCode) => provoked.filter(one => one.code === code)

test('every reason code has its page, where links to it lead, and nothing else has one', () => {
  assert.deepEqual([...pages.keys()].sort(), [...reasonCodes].sort())
  for (const code of reasonCodes) {
    assert.ok(existsSync(new URL(pageOf(code), root)), code)
    assert.equal(pageFor(code).title, code)
  }
})

test('every page says what the code means, how it comes about, the mend and who can do it, what the caller sees, and how to find such calls', () => {
  const required = ['How it comes about', 'The mend', 'What the caller sees', 'How to find it']
  for (const code of reasonCodes) {
    const { means, sections } = pageFor(code)
    assert.match(means, /^\S.*\.$/, `${code} has a meaning`)
    assert.deepEqual([...sections.keys()].slice(0, required.length), required, code)
    for (const [heading, text] of sections) assert.notEqual(text, '', `${code}: ${heading}`)
    const mend = sections.get('The mend') ?? ''
    assert.equal(/^Who: \S.*\.$/m.test(mend), !mend.startsWith('Nothing to mend.'), `${code}: who mends it`)
    const find = sections.get('How to find it') ?? ''
    // what is refused since it cannot be recorded is not on record
    if (code !== 'audit.full') assert.match(find, new RegExp(`^gatehouse audit query --reason ${code} `, 'm'))
  }
})

test('the index has every code with the status and the meaning of its page', () => {
  const rows = [...index.matchAll(/^\| \[`(?<code>[^`]+)`\]\(errors\/(?<file>\S+)\.md\) \| (?<status>.*) \| (?<means>.*) \|$/gm)]
  const listed = rows.map(({ groups }) => ({ ...groups }))
  const expected = reasonCodes.map(code => ({ code, file: code, status: pageFor(code).status, means: pageFor(code).means }))
  const byCode = (one: { code?: string }, other: { code?: string }) => ((one.code ?? '') < (other.code ?? '') ? -1 : 1)
  assert.deepEqual(listed.sort(byCode), expected.sort(byCode))
})

test('the status of every page is the one that the gateway answers', () => {
  for (const code of reasonCodes) {
    const { status } = pageFor(code)
    const named = (status.match(/\b\d{3}\b/g) ?? []).map(Number)
    const attribute = /the policy's `([a-z-]+)`$/.exec(status)?.[1]
    if (attribute !== undefined) assert.deepEqual(defaultsOf(attribute, code), named[0], code)
    else if (!status.includes("'s"))
      for (const one of provokedBy(code)) assert.ok(one.status === 0 ? named.length === 0 : named.includes(one.status), code)
  }
})

/** What the policies that give a reason answer by default. */
function defaultsOf(attribute: string, code: ReasonCode): unknown {
  const givers = policies.filter(({ reasons = [] }) => reasons.includes(code))
  const defaults = new Set(givers.map(({ schema }) => schema.attributes?.[attribute]?.fallback))
  assert.equal(defaults.size, 1, `${code}: ${attribute}`)
  return [...defaults][0]
}

const elsewhere = /^(?:the backend's|the kept response's|none\b|no call$)/

test('every answer that a page shows is one that the gateway gave', () => {
  for (const code of reasonCodes) {
    const { answer, status } = pageFor(code)
    assert.equal(answer === undefined, elsewhere.test(status), code)
    if (answer !== undefined)
      assert.ok(
        provokedBy(code).some(one => isAnswer(answer, one)),
        `${code}: no test got this answer`,
      )
  }
})

function isAnswer({ status, headers, body }: ShownAnswer, one: Provoked): boolean {
  const { message, answers = {} } = one
  if (status !== one.status) return false
  if (!Object.entries(answers).every(([name, value]) => value.test(headers.get(name) ?? ''))) return false
  if (message === undefined) return body === ''
  const { statusCode, message: shown, ...more } = JSON.parse(body)
  return statusCode === status && message.test(shown) && Object.keys(more).length === 0
}

test('every page shows the very challenge that its callers get, and the id by which it finds the call', () => {
  const url = new RequestUrl('https', 'api.example', 443, '/orders/', '')
  const api = { path: 'orders', subscriptionKeyNames: { header: 'Ocp-Apim-Subscription-Key', query: 'subscription-key' } }
  for (const code of reasonCodes) {
    const { answer, sections } = pageFor(code)
    if (answer === undefined) continue
    const challenge = challengeFor(answer.status, code, url, api, ['Orders.Write'])
    assert.equal(answer.headers.get('WWW-Authenticate'), challenge ?? null, code)
    const id = /--request-id (\S+)$/m.exec(sections.get('How to find it') ?? '')?.[1]
    if (id !== undefined) assert.equal(id, answer.headers.get('X-Request-Id'), code)
  }
})

test('every page leads to the policies that give its code', () => {
  for (const { element, reasons = [] } of policies)
    for (const code of reasons)
      assert.ok(readFileSync(new URL(pageOf(code), root), 'utf8').includes(`](../policies/${element}.md)`), `${code}: ${element}`)
})
