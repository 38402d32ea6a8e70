import { isDeepStrictEqual } from 'node:util'
import { selectTokens } from '../../expressions/runtime/data/json/path-select.ts'
import { TextWriter } from '../../expressions/runtime/data/json/text-writer.ts'
import { parseToken } from '../../expressions/runtime/data/json/token-builder.ts'
import type { Body } from '../../policies/context/body.ts'
import type { Headers } from '../../policies/context/headers.ts'
import type { BodyMatch, JsonMatch, SentMatch, TextMatch } from './policy-test.ts'

/** Bytes of a body that is compared. */
const maxBody = 10_000_000

/** What differs between what a message should be and what it was, a text each; `whose` begins each. */
export async function messageDifferences(
  whose: string,
  expected: BodyMatch & Pick<SentMatch, 'headers'>,
  got: { readonly headers: Headers; readonly body: Body },
): Promise<string[]> {
  const headers = expected.headers.flatMap(([name, match]) =>
    textDifference(`${whose}header ${name}`, match, got.headers.get(name)),
  )
  const isBodyExpected = expected.body !== undefined || expected.bodyMatches !== undefined || expected.json.length > 0
  return isBodyExpected ? [...headers, ...bodyDifferences(whose, expected, await textOfBody(got.body))] : headers
}

export async function textOfBody(body: Body): Promise<string> {
  return Buffer.from(await body.buffer(maxBody)).toString('utf8')
}

export function textDifference(what: string, match: TextMatch, got: string | null): readonly string[] {
  const shown = got === null ? 'none' : JSON.stringify(got)
  if (match.kind === 'absent') return got === null ? [] : [`${what}: expected none, got ${shown}`]
  if (match.kind === 'exact') return got === match.text ? [] : [`${what}: expected ${JSON.stringify(match.text)}, got ${shown}`]
  return got !== null && match.expression.test(got) ? [] : [`${what}: expected to match ${match.expression.source}, got ${shown}`]
}

export function jsonDifference(what: string, match: JsonMatch, got: unknown): readonly string[] {
  const shown = got === undefined ? 'none' : JSON.stringify(got)
  if (match.kind === 'absent') return got === undefined ? [] : [`${what}: expected none, got ${shown}`]
  if (match.kind === 'equal')
    return isDeepStrictEqual(got, match.value) ? [] : [`${what}: expected ${JSON.stringify(match.value)}, got ${shown}`]
  const text = typeof got === 'string' ? got : shown
  return got !== undefined && match.expression.test(text)
    ? []
    : [`${what}: expected to match ${match.expression.source}, got ${shown}`]
}

function bodyDifferences(whose: string, { body, bodyMatches, json }: BodyMatch, text: string): string[] {
  const shown = text.slice(0, 500) || 'nothing'
  const found: string[] = []
  const same = body === undefined || (typeof body === 'string' ? text === body : isDeepStrictEqual(parse(text), body))
  if (!same) found.push(`${whose}body: expected ${JSON.stringify(body)}, got ${shown}`)
  if (bodyMatches !== undefined && !bodyMatches.test(text))
    found.push(`${whose}body: expected to match ${bodyMatches.source}, got ${shown}`)
  return [...found, ...json.flatMap(([path, match]) => jsonDifference(`${whose}body ${path}`, match, at(path, text)))]
}

/** What stands at the path: one value as it is, several as a list; undefined for none, and in what is no JSON. */
function at(path: string, text: string): unknown {
  try {
    const found = [...selectTokens(parseToken(text, 'JToken', { keepSource: true }), path, false)()].map(token => {
      const writer = new TextWriter(false)
      token.writeTo(writer)
      return JSON.parse(writer.text) as unknown
    })
    return found.length > 1 ? found : found[0]
  } catch {
    return undefined
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no JSON equals nothing that a test can expect
  }
}
