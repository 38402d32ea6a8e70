import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeEntities, LineIndex, SourceText } from './source-text.ts'

const file = 'ab &lt;c&#x20AC; {{name}} end'

test('a replaced text keeps the places of all that was not replaced', () => {
  const source = SourceText.at(file, 3, file.length).replace(/\{\{(\w+)\}\}/g, () => 'a long value')
  assert.equal(source.text, '&lt;c&#x20AC; a long value end')
  assert.equal(source.offsetOf(source.text.indexOf('long')), file.indexOf('{{'))
  assert.equal(source.offsetOf(source.text.indexOf('end')), file.indexOf('end'))
})

test('decoding and replacing go on top of each other', () => {
  const source = decodeEntities(SourceText.at(file, 0, file.length)).replace(/\{\{(\w+)\}\}/g, () => '')
  assert.equal(source.text, 'ab <c€  end')
  for (const part of ['ab', 'c', 'end'])
    assert.equal(source.offsetOf(source.text.indexOf(part)), file.indexOf(part === 'c' ? 'c&' : part))
})

test('a slice and a trim know where they stand', () => {
  const trimmed = SourceText.at('  x y  ', 0, 7).trim()
  assert.equal(trimmed.text, 'x y')
  assert.equal(trimmed.slice(2).offsetOf(0), 4)
})

test('only the entities of XML itself are decoded, others and bad references stay', () => {
  const text = '&amp;&apos;&nbsp;&#0;&#x110000;&#65;'
  assert.equal(decodeEntities(SourceText.at(text, 0, text.length)).text, "&'&nbsp;&#0;&#x110000;A")
})

test('lines and columns count from one, whatever ends the lines', () => {
  const lines = new LineIndex('a\r\nbc\n\nd')
  const places = [0, 1, 3, 4, 6, 7].map(offset => lines.position(offset))
  assert.deepEqual(
    places.map(({ line, column }) => [line, column]),
    [
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
      [3, 1],
      [4, 1],
    ],
  )
})

test('a text of a hundred thousand entities is decoded in a moment', () => {
  const many = '&lt;'.repeat(100_000)
  const source = decodeEntities(SourceText.at(many, 0, many.length))
  assert.equal(source.offsetOf(99_999), 399_996)
  assert.equal(source.slice(50_000, 50_002).offsetOf(1), 200_004)
})
