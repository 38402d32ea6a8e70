import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSameName, parseName } from './distinguished-names.ts'

const [c, o, cn] = ['2.5.4.6', '2.5.4.10', '2.5.4.3']

test('a name is read part by part, with quotes, either name of a state, and identifiers', () => {
  assert.deepEqual(parseName('C=US, ST=Illinois, O="Contoso, ""Inc"".", CN=*.contoso.com'), [
    { oid: c, text: 'US' },
    { oid: '2.5.4.8', text: 'Illinois' },
    { oid: o, text: 'Contoso, "Inc".' },
    { oid: cn, text: '*.contoso.com' },
  ])
  assert.deepEqual(parseName('S = a ;1.2.3=b + OID.2.5.4.3= c d '), [
    { oid: '2.5.4.8', text: 'a' },
    { oid: '1.2.3', text: 'b' },
    { oid: cn, text: 'c d' },
  ])
})

test('what is no name is none', () => {
  for (const text of ['', 'contoso', 'X=1', 'CN="a', 'CN=a"b', 'CN=a b=c, =']) assert.equal(parseName(text), undefined, text)
})

test('names are the same in either order and in any case, and otherwise not', () => {
  const actual = [
    { oid: c, text: 'DE' },
    { oid: o, text: 'Contoso' },
    { oid: cn, text: 'a' },
  ]
  const same = (text: string) => isSameName(parseName(text) ?? [], actual)
  assert.ok(same('C=de, O=Contoso, CN=A'))
  assert.ok(same('CN=a, O=CONTOSO, C=DE'))
  for (const text of ['CN=a', 'C=DE, CN=a, O=Contoso', 'C=DE, O=Contoso, CN=ab', 'C=DE, O=Contoso, CN=a, CN=a'])
    assert.ok(!same(text), text)
  assert.ok(!isSameName([], actual))
})
