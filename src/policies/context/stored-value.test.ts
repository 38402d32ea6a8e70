import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryCache } from '../testing/memory-ports.ts'
import { runPolicies } from '../testing/run-policies.ts'
import { decodeValue, encodeValue } from './stored-value.ts'

const kinds = [
  '"text é"',
  '(string)null',
  'true',
  '42',
  '42L',
  "'c'",
  '1.5',
  '1.50m',
  'DayOfWeek.Friday',
  'new JObject(new JProperty("a", new JArray(1, "x")))',
  'new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc)',
  'new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2))',
  'TimeSpan.FromSeconds(90)',
  'Guid.Parse("11111111-2222-3333-4444-555555555555")',
]

test('a cached value comes back as the very type and value it was', async () => {
  for (const kind of kinds) {
    const inbound = `<set-variable name="a" value="@(${kind})" /><cache-store-value key="k" value="@(context.Variables["a"])" duration="5" />
      <cache-lookup-value key="k" variable-name="b" />
      <set-variable name="same" value="@{ var a = context.Variables["a"]; var b = context.Variables["b"];
        return a == null ? b == null : a.GetType() == b.GetType() && a.ToString() == b.ToString(); }" />`
    const { ctx } = await runPolicies({ inbound }, {}, { cache: memoryCache() })
    assert.equal(ctx.variables.get('same'), true, kind)
  }
})

test('bytes are kept as bytes, and what has no lasting form is not', () => {
  assert.deepEqual(decodeValue(encodeValue(Uint8Array.of(0, 255)) ?? new Uint8Array()), Uint8Array.of(0, 255))
  assert.equal(encodeValue({}), undefined)
})

test('reading cached JSON draws on nobody else’s budget', () => {
  const bytes = encodeValue(decodeValue(Buffer.from(`j[${'1,'.repeat(1000)}1]`))) ?? new Uint8Array()
  for (let i = 0; i < 3000; i++) decodeValue(bytes)
})
