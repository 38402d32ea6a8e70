import { dirname, join } from 'node:path'
import type { Api } from '../../catalog/catalog.ts'
import type { SchemaDocument, XmlSchemaSet } from '../../catalog/schema-document.ts'
import { type Artifact, type ArtifactSource, readArtifacts } from '../artifacts/artifact-source.ts'
import { createReport, type Report } from '../report.ts'
import { readCsdl } from '../specification/csdl.ts'
import { jsonText, valueOfNode } from '../specification/sample-value.ts'
import { pointedAt } from '../specification/schemas.ts'
import { readJson } from '../text/read-json.ts'
import { memberOf, type ObjectNode, type Place, type TextNode, textOf } from '../text/text-node.ts'
import { type SchemaText, schemaSetOf, schemasInWsdl } from './wsdl-schemas.ts'
import { type XmlFault, XmlSchemas } from './xml-schema.ts'

const kind = { folder: 'schemas', file: 'schemaInformation.json', section: 'schemas' }
/** The schema in a file of its own, which a person would rather write than a text inside JSON. */
const ownFiles = ['schema.xsd', 'schema.json'] as const

/** The schemas that policies name by `schema-id`: ARM's own shape (`value`, `document`), or a file beside the information file. */
export async function readSchemas(source: ArtifactSource): Promise<readonly SchemaDocument[]> {
  const found: (SchemaDocument & { readonly at: Place })[] = []
  for (const artifact of await readArtifacts(source, kind)) {
    const schema = await schemaOf(source, artifact)
    if (schema !== undefined) found.push(schema)
  }
  const set = xmlSet(found)
  for (const { at, ...schema } of found) {
    if (schema.kind === 'json') checkJson(schema, at, name => rootOf(found, name), source.report)
    else if (set !== undefined) {
      const library = await XmlSchemas.load()
      reportFaults(
        library.faultsOf({ ...set, root: locationOf(schema.name) }),
        locationOf(schema.name),
        schema,
        at,
        source.report,
      )
    }
  }
  return found.map(({ at: _, ...schema }) => schema)
}

/** Where other schemas find it: `<xs:include schemaLocation="/schemas/myschema" />`. */
export const locationOf = (name: string) => `/schemas/${name}`

/** All XML schemas of the workspace, as one set without a root; undefined without any. */
function xmlSet(schemas: readonly SchemaDocument[]): Pick<XmlSchemaSet, 'documents'> | undefined {
  const documents = schemas.flatMap(({ name, kind: is, text }) => (is === 'xml' ? [{ location: locationOf(name), text }] : []))
  return documents.length === 0 ? undefined : { documents }
}

async function schemaOf(
  source: ArtifactSource,
  { name, file, at, properties }: Artifact,
): Promise<(SchemaDocument & { readonly at: Place }) | undefined> {
  for (const own of ownFiles) {
    const path = join(dirname(file), own)
    const text = await source.files.text(path)
    const start = { file: path, line: 1, column: 1 }
    if (text !== undefined) return { name, kind: own === 'schema.xsd' ? 'xml' : 'json', file: path, text, at: start }
  }
  const document = memberOf(properties.node, 'document')
  const value = memberOf(properties.node, 'value')
  const text = textOf(value) ?? textOf(document) ?? (document?.kind === 'object' ? jsonText(valueOfNode(document)) : undefined)
  if (text === undefined) {
    const mend = 'give it as `value` (text) or `document` (JSON), or as schema.xsd or schema.json beside this file'
    source.report.error(at, 'value.missing', `the schema '${name}' says nothing`, mend)
    return undefined
  }
  const said = properties.choice('schemaType', ['json', 'xml'])
  const place = (value ?? document)?.at ?? at
  return { name, kind: said ?? (text.trimStart().startsWith('<') ? 'xml' : 'json'), file, text, at: place }
}

/** A reference that leads nowhere lets anything pass: that is told. */
function checkJson(
  { name, file, text }: SchemaDocument,
  at: Place,
  other: (name: string) => ObjectNode | undefined,
  report: Report,
): void {
  const root = readJson(file, text, report)
  if (root === undefined) return
  if (root.kind !== 'object') {
    report.error({ file, line: 1, column: 1 }, 'schema.invalid', 'a JSON schema is an object')
    return
  }
  for (const reference of referencesIn(root)) {
    const [document = '', pointer = ''] = reference.split('#')
    const base = document === '' ? root : other(document.replace(/^\/?schemas\//, ''))
    if (base !== undefined && pointedAt(base, pointer) !== undefined) continue
    const message = `in the schema '${name}', the reference '${reference.slice(0, 100)}' leads nowhere: anything is valid there`
    report.warning(at, 'schema.invalid', message, 'references lead to places of this document (#/…) or to /schemas/NAME')
  }
}

function rootOf(schemas: readonly SchemaDocument[], name: string): ObjectNode | undefined {
  const found = schemas.find(one => one.kind === 'json' && one.name === name)
  const root = found === undefined ? undefined : readJson(found.file, found.text, createReport())
  return root?.kind === 'object' ? root : undefined
}

/** Every `$ref` in it, each once. Depth is bounded by the reader of JSON. */
function referencesIn(node: TextNode, found = new Set<string>()): ReadonlySet<string> {
  const reference = textOf(memberOf(node, '$ref'))
  if (reference !== undefined) found.add(reference)
  const inner =
    node.kind === 'object' ? [...node.members.values()].map(({ value }) => value) : node.kind === 'list' ? node.items : []
  for (const one of inner) referencesIn(one, found)
  return found
}

/** A fault inside a text that stands in JSON is told at that text; in a file of its own at its line. */
function reportFaults(
  faults: readonly XmlFault[],
  location: string,
  { name, file }: Pick<SchemaDocument, 'name' | 'file'>,
  at: Place,
  report: Report,
): void {
  for (const { message, line, location: where } of faults.filter(
    fault => fault.location === undefined || fault.location === location,
  )) {
    const place = file.endsWith('.json') || line === 0 ? at : { file, line, column: 1 }
    report.error(
      place,
      'schema.invalid',
      `the XML schema '${name}' is not sound${where === location && file.endsWith('.json') ? ` (its line ${line})` : ''}: ${message}`,
    )
  }
}

/** A document of an API's `schemas` folder (ARM: `apis/schemas`), or of its specification. */
interface ApiSchema {
  readonly contentType: string
  readonly text: string
  readonly at: Place
}

/**
 * What an API's own definition says besides its operations: XML schemas (of its WSDL, or `…xsd+xml` in its `schemas` folder) and an OData service's
 * metadata (`specification.edmx`, or `…odata.schema`). The other kinds of schemas say again what the specification says.
 */
export async function readApiSchemas(
  source: ArtifactSource,
  folder: string,
  name: string,
): Promise<Pick<Api, 'xmlSchemas' | 'odata'>> {
  const found = await schemasOfApi(source, folder)
  return { ...(await xmlSchemasOf(source, found, name)), ...odataOf(source, found, name) }
}

async function schemasOfApi(source: ArtifactSource, folder: string): Promise<readonly ApiSchema[]> {
  const found: ApiSchema[] = []
  for (const [file, contentType] of [
    ['specification.wsdl', 'wsdl'],
    ['specification.edmx', 'odata.schema'],
  ] as const) {
    const path = join(folder, file)
    const text = await source.files.text(path)
    if (text !== undefined) found.push({ contentType, text, at: { file: path, line: 1, column: 1 } })
  }
  for (const id of await source.files.folders(join(folder, 'schemas')))
    for (const file of ['apiSchemaInformation.json', 'schemaInformation.json']) {
      const path = join(folder, 'schemas', id, file)
      const properties = memberOf(await source.files.object(path), 'properties')
      const text = textOf(memberOf(memberOf(properties, 'document'), 'value'))
      const contentType = textOf(memberOf(properties, 'contentType'))?.toLowerCase() ?? ''
      if (text !== undefined) found.push({ contentType, text, at: { file: path, line: 1, column: 1 } })
    }
  return found
}

async function xmlSchemasOf(source: ArtifactSource, found: readonly ApiSchema[], name: string): Promise<Pick<Api, 'xmlSchemas'>> {
  const own = found.filter(({ contentType }) => contentType === 'wsdl' || contentType.includes('xsd+xml'))
  const schemas = own.flatMap(({ contentType, text }): readonly SchemaText[] =>
    contentType === 'wsdl' ? schemasInWsdl(text) : [{ targetNamespace: targetNamespaceIn(text), text }],
  )
  const set = schemaSetOf(schemas, `/apis/${encodeURIComponent(name)}/schemas`)
  if (set === undefined) return {}
  const [first] = (await XmlSchemas.load()).faultsOf(set)
  const at = own.at(-1)?.at
  if (first !== undefined && at !== undefined)
    source.report.warning(
      at,
      'schema.invalid',
      `the XML schemas of the API '${name}' are not sound: ${first.message}`,
      'until they are, `validate-content` takes no XML for valid',
    )
  return { xmlSchemas: set }
}

const targetNamespaceIn = (text: string) => /\btargetNamespace\s*=\s*["']([^"']*)/.exec(text)?.[1] ?? ''

function odataOf(source: ArtifactSource, found: readonly ApiSchema[], name: string): Pick<Api, 'odata'> {
  const metadata = found.find(({ contentType }) => contentType.includes('odata.schema'))
  if (metadata === undefined) return {}
  const odata = readCsdl(metadata.text)
  if (odata !== undefined) return { odata }
  const message = `the OData metadata of the API '${name}' cannot be read`
  source.report.warning(metadata.at, 'schema.invalid', message, 'until it can, names in requests are not held against it')
  return {}
}
