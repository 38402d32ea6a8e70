import { SealedInstance } from './sealed-instance.ts'

/** Something wrong in a stylesheet, by its own lines. */
export interface StylesheetFault {
  readonly line: number
  readonly message: string
}

export type Transformed = { readonly kind: 'done'; readonly text: string } | { readonly kind: 'failed'; readonly message: string }

/** libxml2's parser options (parser.h): no network, no external entities, the encoding is known, long lines are counted. */
const parseOptions = 2048 | 8_388_608 | 2_097_152 | 4_194_304
/** Entities that a document declares itself are put in; libxml2 bounds how far they may grow. */
const withEntities = 2
const compiledMost = 50
/** An instance that has taken so much is not used again: memory of WebAssembly never shrinks. */
const reusableBytes = 96 * 1024 * 1024

/**
 * XSLT 1.0 by libxslt, with `node-set` of EXSLT and of .NET. Synchronous: whoever runs it on a caller's document does so where it can be stopped
 * (gateway/xml). Stylesheets are compiled once and kept.
 */
export class XsltProcessor {
  #instance: SealedInstance | undefined
  readonly #sheets = new Map<string, number>()

  /** What is wrong with a stylesheet; none when it compiles. */
  faultsOf(stylesheet: string): readonly StylesheetFault[] {
    return this.#guarded(
      instance => {
        const sheet = this.#sheet(instance, stylesheet)
        return typeof sheet === 'number' ? [] : sheet
      },
      message => [{ line: 1, message }],
    )
  }

  /** Parameters are texts. The result is UTF-8 and its declaration says so, whatever `xsl:output` asks for. */
  transform(stylesheet: string, document: string, parameters: readonly (readonly [string, string])[]): Transformed {
    return this.#guarded<Transformed>(
      instance => {
        const sheet = this.#sheet(instance, stylesheet)
        if (typeof sheet !== 'number') return { kind: 'failed', message: sheet[0]?.message ?? 'the stylesheet does not compile' }
        return this.#run(instance, sheet, document, parameters)
      },
      message => ({ kind: 'failed', message }),
    )
  }

  #run(
    instance: SealedInstance,
    sheet: number,
    document: string,
    parameters: readonly (readonly [string, string])[],
  ): Transformed {
    const source = parse(instance, document, parseOptions | withEntities)
    if (source === 0) return { kind: 'failed', message: `the body is no well-formed XML: ${firstSaid(instance)}` }
    const names = instance.texts(parameters.flatMap(([name, text]) => [name, quoted(text)]))
    const result = instance.call('xsltApplyStylesheet', sheet, source, parameters.length === 0 ? 0 : names.at)
    names.free()
    instance.call('xmlFreeDoc', source)
    const said = instance.takeSaid()
    if (result === 0)
      return { kind: 'failed', message: problemsIn(said)[0]?.message ?? 'the transformation ended without a result' }
    const text = serialized(instance, sheet, result)
    instance.call('xmlFreeDoc', result)
    return text === undefined ? { kind: 'failed', message: 'the result cannot be written' } : { kind: 'done', text }
  }

  #sheet(instance: SealedInstance, stylesheet: string): number | readonly StylesheetFault[] {
    const known = this.#sheets.get(stylesheet)
    if (known !== undefined) return known
    const document = parse(instance, withNodeSet(stylesheet), parseOptions)
    const sheet = document === 0 ? 0 : instance.call('xsltParseStylesheetDoc', document)
    const faults = problemsIn(instance.takeSaid())
    if (sheet === 0) {
      if (document !== 0) instance.call('xmlFreeDoc', document)
      return faults.length > 0 ? faults : [{ line: 1, message: 'it is no stylesheet' }]
    }
    if (this.#sheets.size >= compiledMost) {
      const [oldest] = this.#sheets
      if (oldest !== undefined) {
        this.#sheets.delete(oldest[0])
        instance.call('xsltFreeStylesheet', oldest[1])
      }
    }
    this.#sheets.set(stylesheet, sheet)
    return sheet
  }

  /** A trap leaves the library's memory as it was in the middle of its work: that instance is let go of. */
  #guarded<T>(work: (instance: SealedInstance) => T, failed: (message: string) => T): T {
    if (this.#instance === undefined || this.#instance.bytesUsed > reusableBytes) this.#renew()
    try {
      return work(this.#instance ?? this.#renew())
    } catch (error) {
      this.#instance = undefined
      if (error instanceof RangeError) return failed('it nests too deep, or takes more memory than it may')
      if (error instanceof Error && error.constructor.name === 'RuntimeError') return failed('the XSLT processor broke off')
      throw error
    }
  }

  #renew(): SealedInstance {
    this.#sheets.clear()
    const instance = new SealedInstance()
    instance.call('exsltCommonRegister')
    this.#instance = instance
    return instance
  }
}

/** .NET's `msxsl:node-set` is EXSLT's by another name: the namespaces are made one. */
const withNodeSet = (stylesheet: string) => stylesheet.replaceAll('urn:schemas-microsoft-com:xslt', 'http://exslt.org/common')

/** 0 when it is not well-formed. */
function parse(instance: SealedInstance, text: string, options: number): number {
  const bytes = Buffer.from(text, 'utf8')
  const [at, url, encoding] = [instance.bytes(bytes), instance.text('here'), instance.text('UTF-8')]
  const document = instance.call('xmlReadMemory', at, bytes.length, url, encoding, options)
  for (const one of [at, url, encoding]) instance.call('free', one)
  return document
}

function serialized(instance: SealedInstance, sheet: number, result: number): string | undefined {
  const buffer = instance.call('xmlAllocOutputBuffer', 0)
  const written = instance.call('xsltSaveResultTo', buffer, result, sheet)
  const length = instance.call('xmlOutputBufferGetSize', buffer)
  const text = instance.read(instance.call('xmlOutputBufferGetContent', buffer), length)
  instance.call('xmlOutputBufferClose', buffer)
  return written < 0 ? undefined : text.replace(/^(<\?xml[^>]*?encoding=)(["'])[^"']*\2/, '$1$2UTF-8$2')
}

/** XPath 1.0 knows no escapes: a text with both kinds of quotes is put together of pieces. */
function quoted(text: string): string {
  const clean = text.replaceAll('\0', '')
  if (!clean.includes("'")) return `'${clean}'`
  if (!clean.includes('"')) return `"${clean}"`
  return `concat(${clean
    .split("'")
    .map(part => `'${part}'`)
    .join(`,"'",`)})`
}

/**
 * What libxslt wrote. A line says where, the next one what; what it says before that of the same place has none of its own. libxml2 says both in one
 * line, and a piece of the text with a mark under it follows.
 */
function problemsIn(said: string): readonly StylesheetFault[] {
  const rows = said.split('\n')
  const faults: StylesheetFault[] = []
  let line = 1
  let isTold = true
  let early: string[] = []
  const add = (messages: readonly string[]) => faults.push(...messages.map(message => ({ line, message: message.slice(0, 300) })))
  for (const [i, row] of rows.entries()) {
    const place = /^(?:here:(\d+): |.*\bfile here line (\d+)\b)/.exec(row)
    if (place !== null) {
      line = Number(place[1] ?? place[2])
      add(early)
      early = []
      isTold = place[1] !== undefined
    }
    const isFrame = /^(?:compilation|runtime) error\b.*\bline \d+/.test(row) || /^(?:I\/O |Catalog )/.test(row)
    const isExcerpt = /^[\s^]*$/.test(row) || /^\s*\^\s*$/.test(rows[i + 1] ?? '')
    const message = row.replace(/^here:\d+: (?:parser |namespace )?(?:error|warning) : /, '').trim()
    if (isFrame || isExcerpt || message === 'error') continue
    if (isTold && place === null) early.push(message)
    else add([message])
    isTold = true
  }
  add(early)
  return faults
}

const firstSaid = (instance: SealedInstance) => problemsIn(instance.takeSaid())[0]?.message ?? 'it cannot be read'
