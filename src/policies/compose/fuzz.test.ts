import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPolicyFile } from '../check-policy-file.ts'

/** A small linear congruential generator: the same documents in every run. */
function* randomNumbers(seed: number): Generator<number> {
  let state = seed
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield state / 2 ** 32
  }
}

const document = `<policies>
  <inbound>
    <base />
    <check-header name="X" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="true"><value>a</value></check-header>
    <choose><when condition="@(context.Request.Headers.GetValueOrDefault("A","") == "b" && 1 < 2)">
      <return-response><set-status code="200" reason="OK" /><set-body template="liquid">{{body.a | Upcase}}</set-body></return-response>
    </when><otherwise><set-variable name="x" value="@{ var a = $"{1}"; return a; }" /></otherwise></choose>
    <rate-limit-by-key calls="5" renewal-period="60" counter-key="@(context.Request.IpAddress)" />
    <send-request mode="new" response-variable-name="r" timeout="20"><set-url>https://x.example</set-url><set-method>GET</set-method></send-request>
    <include-fragment fragment-id="f" /><set-backend-service base-url="{{url}}" /><cors><allowed-origins><origin>*</origin></allowed-origins></cors>
  </inbound>
  <backend><retry condition="@(context.Response.StatusCode == 500)" count="3" interval="1"><forward-request timeout="10" /></retry></backend>
</policies>`

test('the document whose mutations follow is sound', () => {
  assert.deepEqual(
    checkPolicyFile('p.xml', document).map(({ severity, code }) => `${severity} ${code}`),
    ['warning policy.fragment', 'warning policy.named-value'],
  )
})

test('no mutated document makes the checks fail with anything but diagnostics at places of the file', () => {
  const random = randomNumbers(11)
  const pick = (n: number) => Math.floor((random.next().value as number) * n) // the generator never ends
  const words = document.split(/(?<=[\s<>"=/(){}])/)
  for (let round = 0; round < 800; round++) {
    const mutated = [...words]
    for (let edits = 1 + pick(3); edits > 0; edits--)
      mutated.splice(pick(mutated.length), pick(3), words[pick(words.length)] ?? '')
    const text = mutated.join('')
    const lines = text.split('\n').length
    for (const { line, column, code } of checkPolicyFile('p.xml', text)) {
      assert.ok(line >= 1 && line <= lines && column >= 1, `${code} ${line}:${column}`)
    }
  }
})

test('a document as large as may be is checked in time that grows with its size, whatever it is made of', () => {
  const parts = [
    '<base/>',
    '<base>',
    '<x/>',
    '@(',
    '<a b="@(',
    '<a b="@("/>',
    '{%<a>',
    '<!--',
    '<a>@(&lt;)',
    '<a b="@(&quot;)"',
    '<a b="',
    '<a>@{',
    '<a b="@($"{',
  ]
  for (const part of parts) {
    const text = `<policies><inbound>${part.repeat(Math.floor(50_000 / part.length))}</inbound></policies>`
    const started = performance.now()
    checkPolicyFile('p.xml', text)
    const took = performance.now() - started
    assert.ok(took < 5_000, `${part} took ${took} ms`)
  }
})
