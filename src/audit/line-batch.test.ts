import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { chainStart, hashOf, parseLine } from './chain.ts'
import { ChainEnd } from './chain-end.ts'
import { LineBatch } from './line-batch.ts'

test('lines follow one another through batches, digits of their number and more bytes than there was room for', () => {
  const chain = new ChainEnd()
  const batches = [new LineBatch(chain), new LineBatch(chain)]
  const texts = Array.from({ length: 1200 }, (_, i) => `{"text":"${'ü€😀'.repeat(i % 97)}${i}"}`)
  let written = ''
  for (const [i, text] of texts.entries()) {
    const batch = batches[Math.floor(i / 500) % 2] as LineBatch // one of two
    batch.add(text)
    if (i % 500 !== 499 && i !== 1199) continue
    written += batch.bytes.toString('utf8')
    batch.clear()
    assert.equal(batch.count, 0)
  }
  const lines = written.split('\n')
  assert.equal(lines.pop(), '')
  let prev = chainStart
  for (const [i, line] of lines.entries()) {
    const parsed = parseLine(line)
    assert.deepEqual([parsed?.seq, parsed?.prev, parsed?.recordText], [i, prev, texts[i]])
    assert.equal(parsed?.hash, hashOf(i, prev, texts[i] ?? ''))
    assert.equal(parsed?.hash, hash('sha256', line.slice(0, line.lastIndexOf(',"hash":')), 'hex'))
    prev = parsed.hash
  }
  assert.deepEqual([chain.seq, chain.prev], [texts.length, prev])
})
