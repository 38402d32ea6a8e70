import { nested } from '../nesting.ts'
import { XDocument } from '../xml/document.ts'
import { XAttribute, XElement } from '../xml/element.ts'
import { XComment, XDocumentType, XProcessingInstruction, XText } from '../xml/leaves.ts'
import type { XContainer, XNode } from '../xml/nodes.ts'
import { DomNode } from '../xmldom/dom.ts'
import { JArray, JObject } from './containers.ts'
import type { JToken } from './token.ts'
import { JValue } from './value.ts'

/** What Newtonsoft's XmlNodeConverter writes: attributes as `@name`, text beside others as `#text`, repeated names as arrays. */
export function fromXml(node: XNode): JToken {
  const object = new JObject()
  if (node instanceof XDocument) addGroups(object, node)
  else object.set(nameOf(node), contentOf(node))
  return object
}

function nameOf(node: XNode | XAttribute): string {
  if (node instanceof XAttribute) return `@${DomNode.of(node)?.name ?? ''}`
  if (node instanceof XElement) return DomNode.of(node)?.name ?? ''
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
  if (element.attributes.length === 0) {
    if (element.nodes.length === 1 && first instanceof XText && first.netName === 'XText') return JValue.text(first.text)
    if (first === undefined) return element.isEmpty ? JValue.null() : JValue.text('')
  }
  const object = new JObject()
  for (const attribute of element.attributes) object.set(nameOf(attribute), JValue.text(attribute.value))
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
    if (nodes.length === 1 && only !== undefined) object.set(name, contentOf(only))
    else object.set(name, list(nodes))
  }
}

function list(nodes: readonly XNode[]): JArray {
  const array = new JArray()
  for (const node of nodes) array.insertAt(array.items.length, contentOf(node), true)
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
