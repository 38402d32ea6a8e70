import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { evaluateExpression } from './evaluate.ts'

/** Expressions in the manner of production policies, over one described call, with the answers of a real C# compiler. */
interface Fixture {
  readonly context: unknown
  readonly cases: readonly { readonly id: string; readonly expression: string; readonly expected: Answer }[]
}

type Answer =
  | { readonly ok: true; readonly type: string | null; readonly value: string | null }
  | { readonly ok: false; readonly error: string }

const { context, cases }: Fixture = JSON.parse(readFileSync(new URL('production.cases.json', import.meta.url), 'utf8'))

/** Line ends of the answers are those of the machine that gave them. */
const lines = (text: string | null) => text?.replaceAll('\r\n', '\n') ?? null

for (const { id, expression, expected } of cases)
  test(`${id} answers as C# does`, () => {
    const { message: _, ...actual } = { message: '', ...evaluateExpression(expression, context) }
    assert.deepEqual(actual.ok ? { ...actual, value: lines(actual.value) } : actual, expected, expression)
  })
