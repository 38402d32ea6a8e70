import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBudget } from '../../../types/budget.ts'
import { XAttribute, XElement } from './element.ts'
import { XText } from './leaves.ts'
import { XName } from './names.ts'

const named = (name: string) => new XElement(XName.get(name))

test('children are indented until text stands beside them', () => {
  startBudget(1_000_000)
  const root = named('a')
  root.insertNode(0, named('b'))
  root.insertNode(1, new XText('t'))
  root.insertNode(2, named('c'))
  assert.equal(root.toText(true, false), '<a>\r\n  <b />t<c /></a>')
})

test('a namespace that nothing declares becomes the default of its element', () => {
  startBudget(1_000_000)
  const root = named('{urn:a}a')
  root.insertNode(0, named('{urn:a}b'))
  root.insertNode(1, named('c'))
  assert.equal(root.toText(false, false), '<a xmlns="urn:a"><b /><c xmlns="" /></a>')
})

test("an attribute's namespace without a prefix gets a made-up one, numbered as .NET numbers them", () => {
  startBudget(1_000_000)
  const root = named('a')
  root.addAttribute(new XAttribute(XName.get('{urn:q}b'), '1'))
  root.addAttribute(new XAttribute(XName.get('{urn:r}b'), '2'))
  assert.equal(root.toText(false, false), '<a p1:b="1" p2:b="2" xmlns:p2="urn:r" xmlns:p1="urn:q" />')
})

test('what XML cannot hold is refused', () => {
  startBudget(1_000_000)
  const root = named('a')
  root.addText('\u0001')
  assert.throws(() => root.toText(false, false), { message: "'\u0001', hexadecimal value 0x01, is an invalid character." })
})

test('an element taken out of its namespace while it still declares one cannot be written', () => {
  startBudget(1_000_000)
  const root = named('a')
  root.addAttribute(new XAttribute(XName.get('xmlns'), 'urn:x'))
  assert.throws(() => root.toText(false, false), {
    message: "The prefix '' cannot be redefined from '' to 'urn:x' within the same start element tag.",
  })
})
