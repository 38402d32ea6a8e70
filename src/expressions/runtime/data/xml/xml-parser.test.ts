import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { standardSpace } from '../../../standard-space.ts'
import { startBudget } from '../../../types/budget.ts'
import { NetException } from '../../../types/exceptions.ts'
import { mutated, randomNumbers } from '../testing/mutated.ts'
import { parseDocument, parseElement } from './xml-parser.ts'

before(() => {
  standardSpace()
  startBudget(1_000_000_000)
})

test('blanks between tags are dropped unless they are kept or the document says so', () => {
  const text = '<a>\n  <b> </b>\n</a>'
  assert.equal(parseElement(text, false).toText(false, false), '<a><b></b></a>')
  assert.equal(parseElement(text, true).toText(false, false), '<a>\r\n  <b> </b>\r\n</a>')
  assert.equal(
    parseElement('<a xml:space="preserve"> <b/> </a>', false).toText(true, false),
    '<a xml:space="preserve"> <b /> </a>',
  )
})

test('an element without content and one with nothing between its tags are told apart', () => {
  assert.equal(parseElement('<a/>', false).toText(true, false), '<a />')
  assert.equal(parseElement('<a></a>', false).toText(true, false), '<a></a>')
})

test('entities of a document type are neither fetched nor expanded', () => {
  const external = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
  const bomb = `<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "${'&x;'.repeat(100)}">]><a>&z;</a>`
  for (const text of [external, bomb])
    assert.throws(
      () => parseDocument(text, false),
      (error: unknown) => isXmlException(error),
    )
})

const isXmlException = (error: unknown) => error instanceof NetException && error.fullName === 'System.Xml.XmlException'

test('a document nested without end is refused', () => {
  assert.throws(
    () => parseDocument('<a>'.repeat(100_000), false),
    (error: unknown) => isXmlException(error),
  )
})

test('names of JavaScript members are mere names', () => {
  const element = parseElement('<constructor __proto__="1" toString="2"/>', false)
  assert.equal(element.toText(false, false), '<constructor __proto__="1" toString="2" />')
})

test('fifteen hundred mutated documents are read or refused, nothing else', () => {
  const random = randomNumbers(5)
  const sources = [
    '<?xml version="1.0"?><a b="1" xmlns:p="u"><p:c p:d="&lt;">t<![CDATA[x]]></p:c><!--y--><?pi z?></a>',
    '<s:E xmlns:s="u" xmlns="d"><s:b/><c xmlns="">é&#65;</c></s:E>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a xml:space="preserve"> <b/> </a>',
  ]
  for (let i = 0; i < 1500; i++) {
    const text = mutated(sources[i % sources.length] ?? '', '<>/="\'&;!-?[]:xa \u0001\ud800', random)
    try {
      assert.equal(typeof parseDocument(text, i % 2 === 0).netToString(), 'string')
    } catch (error) {
      assert.ok(error instanceof NetException, `${JSON.stringify(text)}: ${String((error as Error).stack)}`)
    }
  }
})
