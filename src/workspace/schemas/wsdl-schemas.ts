import { SaxesParser } from 'saxes'
import type { XmlSchemaSet } from '../../catalog/schema-document.ts'

const xsd = 'http://www.w3.org/2001/XMLSchema'

/** One `<xs:schema>` of a set, as a document of its own. */
export interface SchemaText {
  readonly targetNamespace: string
  readonly text: string
}

/**
 * The schemas that stand in a WSDL's `<types>` (WSDL 1.1 §2.2), each with the namespaces that elements around it declare. Empty when it is no
 * well-formed XML.
 */
export function schemasInWsdl(wsdl: string): readonly SchemaText[] {
  const parser = new SaxesParser({ xmlns: true, position: true })
  const scopes: Readonly<Record<string, string>>[] = []
  const found: SchemaText[] = []
  let start = 0
  let open: { readonly depth: number; readonly from: number; readonly tag: string; readonly target: string } | undefined
  let sound = true
  parser.on('error', () => {
    sound = false
  })
  parser.on('opentagstart', ({ name }) => {
    // the tag's name and one more sign were read: `<xs:schema `
    start = wsdl.lastIndexOf(`<${name}`, parser.position - name.length)
  })
  parser.on('opentag', tag => {
    scopes.push(tag.ns)
    if (open !== undefined || tag.uri !== xsd || tag.local !== 'schema') return
    const target = tag.attributes.targetNamespace?.value ?? ''
    open = { depth: scopes.length, from: start, tag: tag.name, target }
  })
  parser.on('closetag', () => {
    if (open !== undefined && open.depth === scopes.length) {
      const inherited = inheritedBy(scopes)
      const text = wsdl.slice(open.from, parser.position)
      const at = `<${open.tag}`.length
      found.push({ targetNamespace: open.target, text: `${text.slice(0, at)}${inherited}${text.slice(at)}` })
      open = undefined
    }
    scopes.pop()
  })
  parser.write(wsdl).close()
  return sound ? found : []
}

/** Declarations of the elements around the innermost one that it does not declare itself. */
function inheritedBy(scopes: readonly Readonly<Record<string, string>>[]): string {
  const all = new Map(scopes.slice(0, -1).flatMap(scope => Object.entries(scope)))
  const own = scopes.at(-1) ?? {}
  return [...all]
    .filter(([prefix, uri]) => uri !== '' && !Object.hasOwn(own, prefix))
    .map(
      ([prefix, uri]) =>
        ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${uri.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`,
    )
    .join('')
}

/**
 * Schemas that import each other by namespace alone, as those of a WSDL do, under one that brings them all in. `location` names them:
 * `/apis/orders/schema/0`. Undefined without any.
 */
export function schemaSetOf(schemas: readonly SchemaText[], location: string): XmlSchemaSet | undefined {
  if (schemas.length === 0) return undefined
  const documents = schemas.map(({ text }, i) => ({ location: `${location}/${i}`, text }))
  const byTarget = Map.groupBy(schemas.keys(), i => schemas[i]?.targetNamespace ?? '')
  const root: string[] = []
  for (const [target, places] of byTarget) {
    const included = places.map(i => `<xs:include schemaLocation="${location}/${i}"/>`)
    if (target === '') root.push(...included)
    else if (included.length === 1) root.push(importOf(target, `${location}/${places[0]}`))
    else {
      // an import of a namespace that was imported already is passed over: its parts are put together first
      const joined = `${location}/of/${documents.length}`
      documents.push({ location: joined, text: schemaOf(included, ` targetNamespace="${escaped(target)}"`) })
      root.push(importOf(target, joined))
    }
  }
  return { root: `${location}/all`, documents: [...documents, { location: `${location}/all`, text: schemaOf(root, '') }] }
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
const importOf = (target: string, location: string) => `<xs:import namespace="${escaped(target)}" schemaLocation="${location}"/>`
const schemaOf = (parts: readonly string[], attributes: string) =>
  `<xs:schema xmlns:xs="${xsd}"${attributes}>${parts.join('')}</xs:schema>`
