import type { XmlDocument, XmlElement, XsdValidator } from 'libxml2-wasm'
import type { XmlSchemaSet } from '../../catalog/schema-document.ts'

/** What is wrong with a schema or a document, and where. Never a value of the document. */
export interface XmlFault {
  readonly message: string
  /** The schema's location; absent for the document that is validated. */
  readonly location?: string
  /** From 1; 0 when it is not known. */
  readonly line: number
  readonly column: number
}

export type XmlVerdict =
  | { readonly kind: 'fits' }
  | { readonly kind: 'misfit'; readonly faults: readonly XmlFault[] }
  /** The schemas are not sound, or the work could not be done. */
  | { readonly kind: 'unsound'; readonly faults: readonly XmlFault[] }

const mostCompiled = 50
const mostFaults = 20
/** A schema that includes others in circles or without end is cut off. */
const mostIncluded = 1000

type Library = typeof import('libxml2-wasm')

/**
 * XML Schema 1.0 by libxml2. Schemas reach only the documents of their own set: what else they name, on the network or in files, is not there.
 * Synchronous once made: whoever validates a caller's document does so where it can be stopped (gateway/xml).
 */
export class XmlSchemas {
  readonly #library: Library
  readonly #compiled = new Map<XmlSchemaSet, XsdValidator | readonly XmlFault[]>()
  #documents: ReadonlyMap<string, string> = new Map()

  private constructor(library: Library) {
    this.#library = library
    const open = new Map<number, { readonly bytes: Uint8Array; at: number }>()
    let opened = 0
    library.xmlRegisterInputProvider({
      match: () => true,
      open: location => {
        const text = this.#documents.get(location)
        if (text === undefined || open.size > mostIncluded) return undefined
        open.set(++opened, { bytes: Buffer.from(text, 'utf8'), at: 0 })
        return opened
      },
      read: (handle, target) => {
        const file = open.get(handle)
        if (file === undefined) return -1
        const part = file.bytes.subarray(file.at, file.at + target.length)
        target.set(part)
        file.at += part.length
        return part.length
      },
      close: handle => open.delete(handle),
    })
  }

  /** The library is loaded when it is first needed: most gateways never do. One a thread: it has one place for what schemas include. */
  static load(): Promise<XmlSchemas> {
    loaded ??= import('libxml2-wasm').then(library => new XmlSchemas(library))
    return loaded
  }

  /** What is wrong with the schemas; none when they compile. */
  faultsOf(set: XmlSchemaSet): readonly XmlFault[] {
    try {
      const validator = this.#validator(set)
      return isFaults(validator) ? validator : []
    } catch {
      return [{ message: 'It breaks the validator off.', line: 0, column: 0 }]
    }
  }

  /** `soap`: what stands in the envelope's body is validated, each element by itself; a fault of SOAP's own is no matter of the schema. */
  validate(set: XmlSchemaSet, text: string, form: 'document' | 'soap'): XmlVerdict {
    const validator = this.#validator(set)
    if (isFaults(validator)) return { kind: 'unsound', faults: validator }
    const document = this.#parse(text, undefined)
    if (isFaults(document)) return { kind: 'misfit', faults: document }
    try {
      return form === 'soap' ? validateEnvelope(validator, document) : verdictOf(() => validator.validate(document))
    } finally {
      document.dispose()
    }
  }

  #validator(set: XmlSchemaSet): XsdValidator | readonly XmlFault[] {
    const known = this.#compiled.get(set)
    if (known !== undefined) return known
    const made = this.#compile(set)
    if (this.#compiled.size >= mostCompiled) {
      const [oldest] = this.#compiled
      if (oldest !== undefined) {
        this.#compiled.delete(oldest[0])
        if (!isFaults(oldest[1])) oldest[1].dispose()
      }
    }
    this.#compiled.set(set, made)
    return made
  }

  #compile({ root, documents }: XmlSchemaSet): XsdValidator | readonly XmlFault[] {
    this.#documents = new Map(documents.map(({ location, text }) => [location, text]))
    const document = this.#parse(this.#documents.get(root) ?? '', root)
    if (isFaults(document)) return document
    try {
      return this.#library.XsdValidator.fromDoc(document)
    } catch (error) {
      return faultsIn(error)
    } finally {
      document.dispose()
      this.#documents = new Map()
    }
  }

  #parse(text: string, location: string | undefined): XmlDocument | readonly XmlFault[] {
    const { ParseOption: option, XmlDocument: Document } = this.#library
    const chosen = option.XML_PARSE_NO_XXE | option.XML_PARSE_NONET | option.XML_PARSE_IGNORE_ENC | option.XML_PARSE_BIG_LINES
    try {
      // entities that the document declares itself are put in; libxml2 bounds how far they may grow
      return Document.fromString(text, {
        option: chosen | option.XML_PARSE_NOENT,
        ...(location === undefined ? {} : { url: location }),
      })
    } catch (error) {
      return faultsIn(error)
    }
  }
}

let loaded: Promise<XmlSchemas> | undefined

const isFaults = <T extends object>(made: T | readonly XmlFault[]): made is readonly XmlFault[] => Array.isArray(made)

const soapNamespaces = new Set(['http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope'])

function validateEnvelope(validator: XsdValidator, document: XmlDocument): XmlVerdict {
  const misfit = (message: string, line: number): XmlVerdict => ({ kind: 'misfit', faults: [{ message, line, column: 0 }] })
  const envelope = document.root
  const soap = envelope.namespaceUri
  if (envelope.name !== 'Envelope' || !soapNamespaces.has(soap)) return misfit('The body is no SOAP envelope.', envelope.line)
  const body = elementsIn(envelope).find(one => one.name === 'Body' && one.namespaceUri === soap)
  if (body === undefined) return misfit('The SOAP envelope has no body.', envelope.line)
  for (const element of elementsIn(body)) {
    if (element.name === 'Fault' && element.namespaceUri === soap) continue
    const verdict = verdictOf(() => validator.validate(element))
    if (verdict.kind !== 'fits') return verdict
  }
  return { kind: 'fits' }
}

function elementsIn(parent: XmlElement): readonly XmlElement[] {
  const found: XmlElement[] = []
  // comments and texts have no name of their own; what `firstChild` gives is an element when it says so
  for (let node = parent.firstChild; node !== null; node = node.next)
    if (node.constructor === parent.constructor) found.push(node as XmlElement)
  return found
}

function verdictOf(validate: () => void): XmlVerdict {
  try {
    validate()
    return { kind: 'fits' }
  } catch (error) {
    return { kind: 'misfit', faults: faultsIn(error) }
  }
}

/** libxml2's own list; what is no error of its is a bug, or a trap that leaves the library unusable. */
function faultsIn(error: unknown): readonly XmlFault[] {
  if (!(error instanceof Error) || error.constructor.name === 'RuntimeError' || error instanceof RangeError) throw error
  const details = 'details' in error && Array.isArray(error.details) ? (error.details as readonly Detail[]) : []
  if (details.length === 0) return [{ message: withoutValues(error.message) || 'It cannot be validated.', line: 0, column: 0 }]
  // what is no more than a warning is told only when nothing says more
  const errors = details.some(({ level }) => level > 1) ? details.filter(({ level }) => level > 1) : details
  return errors.slice(0, mostFaults).map(({ message, line, col, file }) => ({
    message: withoutValues(message),
    line,
    column: col,
    ...(file === undefined ? {} : { location: file }),
  }))
}

/** An entry of `XmlLibError.details`. */
interface Detail {
  readonly message: string
  readonly level: number
  readonly line: number
  readonly col: number
  readonly file?: string
}

/** libxml2 quotes what it found: logs and records never hold what a caller sent. */
function withoutValues(message: string): string {
  return message
    .trim()
    .replace(/: '[\s\S]*' is not a valid value of/, ': this is not a valid value of')
    .replace(/The value '[\s\S]*?' (?=is |has |with )/g, 'The value ')
    .replace(/key-sequence \[[\s\S]*\]/g, 'key-sequence')
    .slice(0, 500)
}
