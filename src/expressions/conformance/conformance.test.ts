import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createCompiler } from '../expressions.ts'
import { textOf, typeOf } from '../types/boxing.ts'
import { NetException } from '../types/exceptions.ts'

/**
 * Every `*.cases.json` of this folder: expressions with the answers of a real C# compiler (Roslyn at C# 7), or, where a `note` says
 * so, of .NET's documentation. `type` null with a value: a type without a name of its own.
 */
interface Case {
  readonly id: string
  readonly expression: string
  readonly expected: Answer
}

type Answer =
  | { readonly ok: true; readonly type: string | null; readonly value: string | null }
  | { readonly ok: false; readonly error: string }

const compiler = createCompiler({ types: [], globals: {} })

function answer(expression: string): Answer {
  const result = compiler.compile(expression)
  if (!result.ok) return { ok: false, error: 'CompileError' }
  try {
    const value = result.compiled.evaluate({})
    if (value === null) return { ok: true, type: null, value: null }
    return { ok: true, type: typeOf(value).fullName, value: lines(textOf(value)) }
  } catch (error) {
    if (error instanceof NetException) return { ok: false, error: error.fullName }
    throw error
  }
}

/** Line ends of the answers are those of the machine that gave them. */
const lines = (text: string) => text.replaceAll('\r\n', '\n')

function normalized(expected: Answer, actual: Answer): Answer {
  if (!expected.ok) return expected
  const isNull = expected.type === null && expected.value === ''
  const type = expected.type === null && !isNull && expected.value !== null && actual.ok ? actual.type : expected.type
  return { ok: true, type, value: expected.value === null || isNull ? null : lines(expected.value) }
}

for (const file of readdirSync(import.meta.dirname).filter(name => name.endsWith('.cases.json'))) {
  const cases = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as readonly Case[]
  test(`${file}: ${cases.length} expressions answer as C# does`, async t => {
    for (const { id, expression, expected } of cases) {
      await t.test(id, () => {
        const actual = answer(expression)
        assert.deepEqual(actual, normalized(expected, actual), expression)
      })
    }
  })
}
