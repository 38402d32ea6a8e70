/** An XML element as data: what is written is always well-formed, whatever the texts hold. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[] | string
}

export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly XmlElement[] | string = [],
): XmlElement {
  return { name, attributes, children }
}

const escapes = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
  ['\t', '&#9;'],
  ['\n', '&#10;'],
  ['\r', '&#13;'],
])

function escapeText(text: string): string {
  return text.replace(/[&<>"'\t\n\r]/g, sign => escapes.get(sign) ?? sign)
}

/** The document's text, two blanks a level. Names are the program's own; texts and attribute values may be anything. */
export function writeXml({ name, attributes, children }: XmlElement, indent = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(value)}"`)
  const open = `${indent}<${name}${written.join('')}`
  if (typeof children === 'string') return `${open}>${escapeText(children)}</${name}>\n`
  if (children.length === 0) return `${open} />\n`
  return `${open}>\n${children.map(child => writeXml(child, `${indent}  `)).join('')}${indent}</${name}>\n`
}
