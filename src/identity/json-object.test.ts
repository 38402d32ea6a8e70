import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutToken } from './compact-token.ts'
import { readJsonObject } from './json-object.ts'

/** A small generator that gives the same numbers each time (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const oddTexts = ['', 'a', '"', '\\', '{', '}', '[,]', '\u0000', ':', '__proto__', 'constructor', '\ud83d\ude00', 'a"b,c"d']

function anyValue(next: (below: number) => number, depth: number): unknown {
  const kind = next(depth > 3 ? 4 : 6)
  if (kind === 0) return null
  if (kind === 1) return next(2) === 0
  if (kind === 2) return next(1000) - 500
  if (kind === 3) return oddTexts[next(oddTexts.length)]
  if (kind === 4) return Array.from({ length: next(4) }, () => anyValue(next, depth + 1))
  return Object.fromEntries(
    Array.from({ length: next(4) }, (_, i) => [`${oddTexts[next(oddTexts.length)]}${i}`, anyValue(next, depth + 1)]),
  )
}

test('any object reads as it was written, and with one member twice not at all', () => {
  const next = random(7)
  for (let round = 0; round < 2000; round++) {
    const entries = Array.from(
      { length: next(5) },
      (_, i) => [`${oddTexts[next(oddTexts.length)]}${i}`, anyValue(next, 0)] as const,
    )
    const text = JSON.stringify(Object.fromEntries(entries), null, next(3))
    assert.deepEqual({ ...readJsonObject(text) }, JSON.parse(text), text)
    const [name, value] = entries[0] ?? []
    if (name === undefined) continue
    const twice = `{${JSON.stringify(name)}:${JSON.stringify(value)},${text.slice(1)}`
    assert.equal(readJsonObject(twice), undefined, twice)
    // the same name in another spelling is the same name
    const escaped = [...name].map(c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
    if ([...name].length === name.length) assert.equal(readJsonObject(`{"${escaped}":0,${text.slice(1)}`), undefined)
  }
})

test('what is no object, or nested without end, is not read', () => {
  for (const text of ['', 'null', '[]', '"a"', '1', '{', '{"a":1}x', '\u0000']) assert.equal(readJsonObject(text), undefined)
  assert.equal(readJsonObject(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`), undefined)
  assert.notEqual(readJsonObject(`{"a":${'['.repeat(20)}${']'.repeat(20)}}`), undefined)
  assert.equal(readJsonObject(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`), undefined)
})

test('a prototype cannot be reached through a member’s name', () => {
  const read = readJsonObject('{"__proto__":{"admin":true},"constructor":1}')
  assert.equal(read?.admin, undefined)
  assert.equal(Object.getPrototypeOf(read), null)
  assert.equal(read?.toString, undefined)
})

test('no text makes the cutting of a token fail otherwise than by saying what is wrong', () => {
  const next = random(11)
  const token = `${Buffer.from('{"alg":"RS256","kid":"k"}').toString('base64url')}.${Buffer.from('{"iss":"i"}').toString('base64url')}.c2ln`
  assert.equal(typeof cutToken(token, 1000), 'object')
  for (let round = 0; round < 5000; round++) {
    const at = next(token.length)
    const odd = ['', '.', '=', ' ', '\u00e9', 'A', '{', '\n'][next(8)] ?? ''
    const cut = cutToken(token.slice(0, at) + odd + token.slice(at + next(3)), 1000)
    assert.ok(typeof cut === 'string' || cut.form === 'sealed' || typeof cut.header.alg === 'string')
  }
})
