import type { JsonSchema } from '../../catalog/catalog.ts'
import type { SchemaDocument, XmlSchemaSet } from '../../catalog/schema-document.ts'
import { createReport } from '../../workspace/report.ts'
import { locationOf } from '../../workspace/schemas/read-schemas.ts'
import { type Schemas, schemasOf } from '../../workspace/specification/schemas.ts'
import { readJson } from '../../workspace/text/read-json.ts'
import type { ObjectNode } from '../../workspace/text/text-node.ts'
import type { Definitions } from './schema-validator.ts'

/** A schema of a JSON document, ready to validate by. */
export interface NamedJson {
  readonly schema: JsonSchema
  readonly definitions: Definitions
}

/** References that expressions make up are remembered up to this many. */
const mostReferences = 200

/** The schemas that a workspace holds for `schema-id`, read when they are first asked for. */
export class NamedSchemas {
  readonly #documents: ReadonlyMap<string, SchemaDocument>
  readonly #roots = new Map<string, ObjectNode | undefined>()
  readonly #read = new Map<string, Schemas | undefined>()
  readonly #found = new Map<string, NamedJson | undefined>()
  readonly #sets = new Map<string, XmlSchemaSet>()

  constructor(documents: ReadonlyMap<string, SchemaDocument>) {
    this.#documents = documents
  }

  kindOf(name: string): 'json' | 'xml' | undefined {
    return this.#documents.get(name)?.kind
  }

  /** The schema at the reference (`#/components/schemas/pet`), the whole document's without one; undefined when there is none. */
  json(name: string, reference = '#'): NamedJson | undefined {
    const key = `${name} ${reference}`
    if (this.#found.has(key)) return this.#found.get(key)
    if (this.#found.size >= mostReferences) this.#found.clear()
    const schemas = this.#schemas(name)
    const schema = reference.startsWith('#') ? schemas?.find(reference) : undefined
    // one object for all references of a document: validators are kept by it
    const found = schemas === undefined || schema === undefined ? undefined : { schema, definitions: schemas.definitions }
    this.#found.set(key, found)
    return found
  }

  /** That XML schema with all others of the workspace at hand for its includes and imports. */
  xml(name: string): XmlSchemaSet | undefined {
    if (this.kindOf(name) !== 'xml') return undefined
    const known = this.#sets.get(name)
    if (known !== undefined) return known
    const documents = [...this.#documents.values()].flatMap(({ name: one, kind, text }) =>
      kind === 'xml' ? [{ location: locationOf(one), text }] : [],
    )
    const set = { root: locationOf(name), documents }
    this.#sets.set(name, set)
    return set
  }

  #schemas(name: string): Schemas | undefined {
    if (this.#read.has(name)) return this.#read.get(name)
    const root = this.#root(name)
    const schemas = root === undefined ? undefined : schemasOf(root, document => this.#root(nameIn(document)))
    this.#read.set(name, schemas)
    return schemas
  }

  #root(name: string): ObjectNode | undefined {
    if (this.#roots.has(name)) return this.#roots.get(name)
    const document = this.#documents.get(name)
    // the loader has told its faults
    const node = document?.kind === 'json' ? readJson(document.file, document.text, createReport()) : undefined
    const root = node?.kind === 'object' ? node : undefined
    this.#roots.set(name, root)
    return root
  }
}

/** `/schemas/address` names the schema `address`. */
const nameIn = (document: string) => document.replace(/^\/?schemas\//, '')
