import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRequestPath } from './request-path.ts'

test('a plain path has one reading', () => {
  const path = parseRequestPath('/Orders/42/')
  assert.deepEqual(path?.segments, ['Orders', '42'])
  assert.deepEqual(path?.keys, ['orders', '42'])
  assert.equal(path?.otherReading, null)
  assert.deepEqual(parseRequestPath('/')?.segments, [])
})

test('dot segments are refused in every spelling', () => {
  for (const raw of [
    '/a/../b',
    '/a/./b',
    '/..',
    '/a/%2e%2E/b',
    '/a/%252e%252e/b',
    '/a/..%2Fb',
    '/a/..%5cb',
    '/a/..\\b',
    '/a/..;x/b',
  ])
    assert.equal(parseRequestPath(raw), undefined, raw)
})

test('what is not well encoded, or holds control characters, is refused', () => {
  for (const raw of ['', 'a', '/a%', '/a%zz', '/a%E9', '/a%C0%AF', '/a%00', '/a%0d%0aX', '/a%7f'])
    assert.equal(parseRequestPath(raw), undefined, raw)
})

test('a path that a backend may read in another way says how', () => {
  for (const [raw, other] of [
    ['/a//b', '/a/b'],
    ['//a', '/a'],
    ['/a%2Fb', '/a/b'],
    ['/a%252Fb', '/a/b'],
    ['/a%5Cb', '/a/b'],
    ['/a;v=1/b', '/a/b'],
  ] as const)
    assert.equal(parseRequestPath(raw)?.otherReading?.raw, other, raw)
  assert.equal(parseRequestPath('/orders;rev=2/x')?.otherReading, null)
  assert.equal(parseRequestPath('/a%20b/%C3%A9')?.otherReading, null)
})

test('no path whatever makes the parser fail or take long', () => {
  let seed = 7
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
    return (seed >>> 8) % below
  }
  const pieces = [
    '/',
    '%',
    '%2',
    '%2f',
    '%25',
    '..',
    '.',
    ';',
    ';rev=1',
    '\\',
    'a',
    'É',
    '\u0000',
    '%00',
    '%c3',
    '%a9',
    '{',
    '*',
    '?',
    '#',
    ' ',
  ]
  const began = performance.now()
  for (let i = 0; i < 20_000; i++) {
    const raw = `/${Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join('')}`
    const path = parseRequestPath(raw)
    if (path === undefined) continue
    assert.equal(path.values.length, path.segments.length)
    assert.ok(!path.values.some(value => value === '..' || value === '.'), raw)
    assert.ok(!(path.otherReading?.values ?? []).some(value => value === '..' || value === '.'), raw)
  }
  parseRequestPath(`/${'%25'.repeat(20_000)}`)
  assert.ok(performance.now() - began < 5000)
})
