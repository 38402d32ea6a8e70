import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import { newLine } from '../new-line.ts'
import { xmlFailure, xmlNamespace, xmlnsNamespace } from './names.ts'

interface Declaration {
  readonly prefix: string
  readonly uri: string
  /** The writer's own idea, which the tree does not know. */
  readonly made?: boolean
}

interface Open {
  readonly tag: string
  readonly outerNamed: number
  readonly outerMixed: boolean
  readonly scopeLength: number
  /** Whether something but attributes was written into it. */
  filled: boolean
}

export interface WrittenAttribute {
  readonly local: string
  readonly namespace: string
  readonly value: string
}

/** What .NET's XmlWriter writes for a tree: its indentation, its prefixes, its escapes. Without an XML declaration. */
export class XmlWriter {
  readonly #indented: boolean
  readonly #omitDuplicates: boolean
  readonly #parts: string[] = []
  readonly #open: Open[] = []
  /** The declarations in scope, innermost last. */
  readonly #scope: Declaration[] = []
  #mixed = false
  #tagOpen = false
  /** How many prefixes .NET's writer has noted, used ones again for each element: it numbers made-up prefixes by that. */
  #named = 0

  constructor(indented: boolean, omitDuplicates = false) {
    this.#indented = indented
    this.#omitDuplicates = omitDuplicates
  }

  get text(): string {
    return this.#parts.join('')
  }

  /** Declarations of elements above the one that is written first; outermost first. */
  inherit(prefix: string, uri: string): void {
    this.#inherited.push({ prefix, uri })
  }

  /** They give prefixes, but are not declared in what is written. */
  readonly #inherited: Declaration[] = []

  #write(text: string): void {
    spend(1 + (text.length >> 3))
    this.#parts.push(text)
  }

  #closeTag(): void {
    if (!this.#tagOpen) return
    this.#tagOpen = false
    this.#write('>')
  }

  #indent(): void {
    if (this.#indented && !this.#mixed && this.#parts.length > 0) this.#write(newLine + '  '.repeat(this.#open.length))
  }

  #begin(): void {
    this.#closeTag()
    const parent = this.#open.at(-1)
    if (parent !== undefined) parent.filled = true
  }

  startElement(local: string, namespace: string, attributes: readonly WrittenAttribute[]): void {
    this.#begin()
    this.#indent()
    const scopeLength = this.#scope.length
    const own = attributes
      .filter(isDeclaration)
      .map(({ local: name, namespace: ns, value }) => ({ prefix: ns === '' ? '' : name, uri: value }))
    const start = new StartTag(this.#inherited, this.#scope, own, prefix => this.#lookup(prefix), this.#named)
    const prefix = start.elementPrefix(namespace)
    const tag = prefix === '' ? local : `${prefix}:${local}`
    this.#write(`<${tag}`)
    this.#open.push({ tag, outerNamed: this.#named, outerMixed: this.#mixed, scopeLength, filled: false })
    for (const attribute of attributes) this.#attribute(attribute, start)
    for (const { prefix: name, uri } of start.missing.toReversed()) this.#declaration(name, uri)
    this.#scope.push(...own, ...start.missing)
    this.#named = start.named
    this.#tagOpen = true
  }

  #declaration(prefix: string, uri: string): void {
    this.#write(` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`)
  }

  #attribute(attribute: WrittenAttribute, start: StartTag): void {
    const { local, namespace, value } = attribute
    if (isDeclaration(attribute)) {
      const declared = namespace === '' ? '' : local
      start.declare(declared, value)
      if (!this.#omitDuplicates || this.#lookup(declared) !== value) this.#declaration(declared, value)
      return
    }
    const prefix = start.attributePrefix(namespace)
    this.#write(` ${prefix === '' ? local : `${prefix}:${local}`}="${escapeAttribute(value)}"`)
  }

  #lookup(prefix: string): string | undefined {
    for (let i = this.#scope.length - 1; i >= 0; i--) if (this.#scope[i]?.prefix === prefix) return this.#scope[i]?.uri
    return prefix === '' ? '' : undefined
  }

  /** `full`: with an end tag even when nothing stands in it. */
  endElement(full: boolean): void {
    const element = this.#open.pop()
    if (element === undefined) return
    if (!full && this.#tagOpen) {
      this.#tagOpen = false
      this.#write(' />')
    } else {
      this.#closeTag()
      if (element.filled) this.#indent()
      this.#write(`</${element.tag}>`)
    }
    this.#mixed = element.outerMixed
    this.#named = element.outerNamed
    this.#scope.length = element.scopeLength
  }

  string(text: string): void {
    this.#begin()
    this.#mixed = true
    if (text !== '') this.#write(escapeText(text))
  }

  cdata(text: string): void {
    this.#begin()
    this.#mixed = true
    this.#write(`<![CDATA[${lines(text.replaceAll(']]>', ']]]]><![CDATA[>'))}]]>`)
  }

  comment(text: string): void {
    this.#begin()
    this.#indent()
    this.#write(`<!--${lines(text.replaceAll('--', '- -').replace(/-$/, '- '))}-->`)
  }

  instruction(target: string, data: string): void {
    this.#begin()
    this.#indent()
    this.#write(data === '' ? `<?${target}?>` : `<?${target} ${lines(data.replaceAll('?>', '? >'))}?>`)
  }

  documentType(text: string): void {
    this.#begin()
    this.#indent()
    this.#write(text)
  }

  /** A blank between nodes of a document, as it stands. */
  whitespace(text: string): void {
    this.#begin()
    this.#write(lines(text))
  }
}

const isDeclaration = ({ local, namespace }: WrittenAttribute) =>
  namespace === xmlnsNamespace || (namespace === '' && local === 'xmlns')

const isHidden = (declarations: readonly Declaration[], i: number) =>
  declarations.slice(i + 1).some(later => later.prefix === declarations[i]?.prefix)

/** As LINQ to XML looks among the tree's declarations: the last for the namespace that is not hidden. */
function prefixInTree(declarations: readonly Declaration[], uri: string, allowDefault: boolean): string | undefined {
  if (uri === xmlNamespace) return 'xml'
  if (uri === xmlnsNamespace) return 'xmlns'
  const i = declarations.findLastIndex(
    (one, at) => one.made !== true && one.uri === uri && (allowDefault || one.prefix !== '') && !isHidden(declarations, at),
  )
  return declarations[i]?.prefix
}

/** As the writer looks among what it has written: the last for the namespace, or none when that one is hidden. */
function prefixWritten(declarations: readonly Declaration[], uri: string): string | undefined {
  const i = declarations.findLastIndex(one => one.uri === uri)
  return i < 0 || isHidden(declarations, i) ? undefined : declarations[i]?.prefix
}

/** The prefixes of one start tag: what its names use and nothing declares is declared behind its attributes. */
class StartTag {
  readonly missing: Declaration[] = []
  element: Declaration | undefined = undefined
  /** See XmlWriter. */
  named: number
  readonly #known: readonly Declaration[]
  readonly #own: readonly Declaration[]
  readonly #outside: readonly Declaration[]
  readonly #lookup: (prefix: string) => string | undefined
  readonly #noted = new Set<string>()

  constructor(
    inherited: readonly Declaration[],
    outside: readonly Declaration[],
    own: readonly Declaration[],
    lookup: (prefix: string) => string | undefined,
    named: number,
  ) {
    this.#known = [...inherited, ...outside, ...own]
    this.#outside = [...outside]
    this.#own = own
    this.#lookup = lookup
    this.named = named
  }

  /** A declaration among the attributes: it may not give the element's own prefix another meaning. */
  declare(prefix: string, uri: string): void {
    const { element } = this
    if (element !== undefined && element.prefix === prefix && element.uri !== uri) {
      xmlFailure(
        `The prefix '${prefix}' cannot be redefined from '${element.uri}' to '${uri}' within the same start element tag.`,
      )
    }
    this.note(prefix)
  }

  note(prefix: string): void {
    if (this.#noted.has(prefix)) return
    this.#noted.add(prefix)
    this.named++
  }

  #declared(prefix: string): string | undefined {
    return [...this.#own, ...this.missing].find(each => each.prefix === prefix)?.uri ?? this.#lookup(prefix)
  }

  elementPrefix(namespace: string): string {
    // where its own declarations hide the prefix, .NET's writer still finds it outside, and then stumbles over them
    const found = prefixInTree(this.#known, namespace, true) ?? prefixWritten(this.#outside, namespace)
    const prefix = namespace === '' ? '' : (found ?? '')
    this.element = { prefix, uri: namespace }
    this.note(prefix)
    if (prefix !== 'xml' && this.#declared(prefix) !== namespace) this.missing.push({ prefix, uri: namespace, made: true })
    return prefix
  }

  attributePrefix(namespace: string): string {
    if (namespace === '') return ''
    const found =
      prefixInTree(this.#known, namespace, false) ?? prefixWritten([...this.#outside, ...this.#own, ...this.missing], namespace)
    const prefix = found === undefined || found === '' ? this.#madeUp() : found
    this.note(prefix)
    if (prefix !== 'xml' && this.#declared(prefix) !== namespace) this.missing.push({ prefix, uri: namespace, made: true })
    return prefix
  }

  #madeUp(): string {
    const first = `p${this.named}`
    if (this.#declared(first) === undefined) return first
    for (let i = 1; ; i++) if (this.#declared(`${first}${i}`) === undefined) return `${first}${i}`
  }
}

const lines = (text: string) => checked(text).replace(/\r\n|\r|\n/g, newLine)

const invalid =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/** Text that XML can hold, or .NET's exception. */
function checked(text: string): string {
  const bad = invalid.exec(text)?.[0]
  if (bad === undefined) return text
  const hexadecimal = bad.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')
  return fail('System.ArgumentException', `'${bad}', hexadecimal value 0x${hexadecimal}, is an invalid character.`)
}

const textEscapes = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\t', '&#x9;'],
  ['\n', '&#xA;'],
  ['\r', '&#xD;'],
])

function escapeText(text: string): string {
  return lines(text).replace(/[&<>]/g, char => textEscapes.get(char) ?? char)
}

export function escapeAttribute(text: string): string {
  return checked(text).replace(/[&<>"\t\n\r]/g, char => textEscapes.get(char) ?? char)
}
