import { base64 } from '../json/literal.ts'
import { addContent } from '../xml/content.ts'
import { XElement } from '../xml/element.ts'
import { XName } from '../xml/names.ts'
import { parseElement } from '../xml/xml-parser.ts'
import { cryptoFailure } from './crypto-failure.ts'
import { type NetRsa, RsaParameters } from './rsa.ts'

const parts = [
  ['Modulus', 'modulus'],
  ['Exponent', 'exponent'],
  ['P', 'p'],
  ['Q', 'q'],
  ['DP', 'dp'],
  ['DQ', 'dq'],
  ['InverseQ', 'inverseQ'],
  ['D', 'd'],
] as const

/** `<RSAKeyValue><Modulus>…`, as ToXmlString writes it. */
export function rsaToXml(self: NetRsa, withPrivate: boolean): string {
  const parameters = self.export(withPrivate)
  const root = new XElement(XName.get('RSAKeyValue'))
  for (const [name, field] of parts) {
    const value = parameters[field]
    if (value === null) continue
    const element = new XElement(XName.get(name))
    addContent(element, base64(value))
    root.insertNode(root.nodes.length, element)
  }
  return root.toText(false, false)
}

export function rsaFromXml(self: NetRsa, xml: string): void {
  const root = parseElement(xml, false)
  const parameters = new RsaParameters()
  for (const [name, field] of parts) {
    const text = root.firstElement(XName.get(name))
    if (text instanceof XElement) parameters[field] = new Uint8Array(Buffer.from(text.value, 'base64'))
  }
  if (parameters.modulus === null || parameters.exponent === null)
    cryptoFailure("Input string does not contain a valid encoding of the 'RSA' 'Modulus' parameter.")
  self.import(parameters)
}
