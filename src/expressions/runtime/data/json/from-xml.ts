import { nested } from '../nesting.ts'
import { XDocument } from '../xml/document.ts'
import { XAttribute, XElement } from '../xml/element.ts'
import { XComment, XDocumentType, XProcessingInstruction, XText } from '../xml/leaves.ts'
import type { XContainer, XNode } from '../xml/nodes.ts'
import { DomNode } from '../xmldom/dom.ts'
import { JArray, JObject } from './containers.ts'
import type { JToken } from './token.ts'
import { JValue } from './value.ts'

/** Elements and attributes in it are Newtonsoft's own: `json:Array="true"` makes a list of one, `json:id` is `$id`. */
const jsonNamespace = 'http://james.newtonking.com/projects/json'
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'

/**
 * What Newtonsoft's XmlNodeConverter writes: attributes as `@name`, text beside others as `#text`, repeated names as arrays. A comment, which it writes as
 * one, is nothing here.
 */
export function fromXml(node: XNode): JToken {
  const object = new JObject()
  if (node instanceof XDocument) addGroups(object, node)
  else if (!(node instanceof XComment)) object.set(nameOf(node), contentOf(node))
  return object
}

function nameOf(node: XNode | XAttribute): string {
  if (node instanceof XAttribute || node instanceof XElement) {
    if (node.name.namespace.name === jsonNamespace) return `$${node.name.local}`
    const name = decodedName(DomNode.of(node)?.name ?? '')
    return node instanceof XAttribute ? `@${name}` : name
  }
  if (node instanceof XText) return node.netName === 'XCData' ? '#cdata-section' : '#text'
  if (node instanceof XComment) return '#comment'
  if (node instanceof XProcessingInstruction) return `?${node.target}`
  return node instanceof XDocumentType ? '!DOCTYPE' : ''
}

function contentOf(node: XNode): JToken {
  if (node instanceof XText) return JValue.text(node.text)
  if (node instanceof XComment) return JValue.text(node.value)
  if (node instanceof XProcessingInstruction) return JValue.text(node.data)
  if (node instanceof XElement) return nested(() => elementContent(node))
  return node instanceof XDocumentType ? documentType(node) : JValue.null()
}

function elementContent(element: XElement): JToken {
  const [first] = element.nodes
  const isText = element.nodes.length === 1 && first instanceof XText && first.netName === 'XText'
  if (isText && !element.attributes.some(isValue)) return JValue.text(first.text)
  if (first === undefined && element.attributes.length === 0) return element.isEmpty ? JValue.null() : JValue.text('')
  const object = new JObject()
  for (const attribute of element.attributes)
    if (isWritten(attribute)) object.set(nameOf(attribute), JValue.text(attribute.value))
  addGroups(object, element)
  return object
}

function addGroups(object: JObject, container: XContainer): void {
  if (container instanceof XDocument && container.declaration !== null) {
    const { version, encoding, standalone } = container.declaration
    object.set('?xml', parts({ version, encoding, standalone }))
  }
  const groups = new Map<string, XNode[]>()
  for (const node of container.nodes) {
    const name = nameOf(node)
    groups.set(name, [...(groups.get(name) ?? []), node])
  }
  for (const [name, nodes] of groups) {
    const [only] = nodes
    if (nodes.length > 1 || (only instanceof XElement && isList(only))) object.set(name, list(nodes))
    else if (only !== undefined && !(only instanceof XComment)) object.set(name, contentOf(only))
  }
}

function list(nodes: readonly XNode[]): JArray {
  const array = new JArray()
  for (const node of nodes) if (!(node instanceof XComment)) array.insertAt(array.items.length, contentOf(node), true)
  return array
}

function documentType({ name, publicId, systemId, internalSubset }: XDocumentType): JObject {
  return parts({ name, public: publicId, system: systemId, internalSubset: internalSubset === '' ? null : internalSubset })
}

function parts(values: Readonly<Record<string, string | null>>): JObject {
  const object = new JObject()
  for (const [name, value] of Object.entries(values)) if (value !== null) object.set(`@${name}`, JValue.text(value))
  return object
}

const isDeclarationOfJson = ({ name, value }: XAttribute) => name.namespace.name === xmlnsNamespace && value === jsonNamespace

/** Whether an attribute makes more than a text of its element. */
const isValue = (attribute: XAttribute) => attribute.name.namespace.name !== jsonNamespace && !isDeclarationOfJson(attribute)

const isWritten = (attribute: XAttribute) =>
  !isDeclarationOfJson(attribute) && !(attribute.name.namespace.name === jsonNamespace && attribute.name.local === 'Array')

const isList = ({ attributes }: XElement) =>
  attributes.some(
    ({ name, value }) => name.namespace.name === jsonNamespace && name.local === 'Array' && /^(?:true|1)$/.test(value.trim()),
  )

/** XmlConvert.DecodeName: `_x0020_` is a blank. */
function decodedName(name: string): string {
  return name.replace(/_x([0-9A-Fa-f]{8}|[0-9A-Fa-f]{4})_/g, (whole, digits: string) => {
    const code = Number.parseInt(digits, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
