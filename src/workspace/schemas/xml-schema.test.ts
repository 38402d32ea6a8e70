import assert from 'node:assert/strict'
import { test } from 'node:test'
import { XmlSchemas } from './xml-schema.ts'

const library = await XmlSchemas.load()
const one = (text: string) => ({ root: '/schemas/a', documents: [{ location: '/schemas/a', text }] })
const schema = one(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a" elementFormDefault="qualified">
  <xs:element name="card"><xs:complexType><xs:sequence>
    <xs:element name="pin"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[0-9]{4}" /></xs:restriction></xs:simpleType></xs:element>
    <xs:element name="day" type="xs:date" minOccurs="0" />
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>`)
const card = (inner: string) => `<card xmlns="urn:a">${inner}</card>`
const soap = (inner: string, namespace = 'http://schemas.xmlsoap.org/soap/envelope/') =>
  `<s:Envelope xmlns:s="${namespace}"><s:Header><x/></s:Header>\n<s:Body><!-- -->${inner}</s:Body></s:Envelope>`

function messages(text: string, form: 'document' | 'soap' = 'document'): string {
  const verdict = library.validate(schema, text, form)
  return verdict.kind === 'fits' ? 'fits' : verdict.faults.map(({ line, message }) => `${line} ${message}`).join('\n')
}

test('a document that fits passes, and one that does not is told by line, without what stood in it', () => {
  assert.equal(messages(card('<pin>1234</pin><day>2026-01-02</day>')), 'fits')
  const told = messages(card("\n<pin>99'xyz</pin>\n<day>secret</day>"))
  assert.match(told, /^2 Element '\{urn:a\}pin': \[facet 'pattern'\] The value is not accepted/)
  assert.match(told, /\n3 Element '\{urn:a\}day': this is not a valid value of the atomic type 'xs:date'/)
  assert.doesNotMatch(told, /xyz|secret/)
  assert.match(messages('<other/>'), /No matching global declaration/)
  assert.match(messages('<card'), /^1 Couldn't find end of Start Tag/)
})

test('what stands in a SOAP envelope of either version is validated', () => {
  assert.equal(messages(soap(card('<pin>1234</pin>')), 'soap'), 'fits')
  assert.equal(messages(soap(card('<pin>1234</pin>'), 'http://www.w3.org/2003/05/soap-envelope'), 'soap'), 'fits')
  assert.match(messages(soap(card('<pin>1</pin>')), 'soap'), /^2 .*pattern/)
  assert.match(messages(soap(`${card('<pin>1234</pin>')}<b/>`), 'soap'), /No matching global declaration/)
  assert.equal(messages(soap('<s:Fault/>'), 'soap'), 'fits')
  assert.match(messages(card('<pin>1234</pin>'), 'soap'), /no SOAP envelope/)
  assert.match(messages('<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>', 'soap'), /no body/)
})

test('neither files nor the network are reached, from schemas or from documents', () => {
  const include = (location: string) =>
    library.faultsOf(
      one(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:include schemaLocation="${location}" /></xs:schema>`),
    )
  assert.match(include('file:///etc/hostname')[0]?.message ?? '', /Failed to load the document/)
  assert.match(include('http://127.0.0.1:1/x.xsd')[0]?.message ?? '', /Failed to load the document/)
  assert.match(include('/schemas/a')[0]?.message ?? '', /must not import\/include\/redefine itself/)
  const entity = '<!DOCTYPE card [<!ENTITY e SYSTEM "file:///etc/hostname"><!ENTITY f "1234">]>'
  assert.match(messages(entity + card('<pin>&e;</pin>')), /pattern/)
  assert.equal(messages(entity + card('<pin>&f;</pin>')), 'fits')
})

test('documents made to cost are refused', () => {
  assert.match(messages('<card xmlns="urn:a">'.repeat(5000)), /Excessive depth/)
  const entities = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')
  assert.match(
    messages(`<!DOCTYPE card [<!ENTITY e0 "1">${entities}]>${card('<pin>&e12;</pin>')}`),
    /amplification|entity|nesting/i,
  )
})
