import { SaxesParser } from 'saxes'
import type { ShapedMessage } from '../step.ts'
import { UnfitResult } from '../unfit-result.ts'
import { drop } from './drop.ts'
import { LiquidDate } from './liquid-date.ts'

export interface BodyOptions {
  /** Whether date-shaped texts of a JSON body are dates. */
  readonly parseDates: boolean
  /** What an element with `xsi:nil="true"` is. */
  readonly nil: '' | null
}

/** A message body as a template sees it: bound by its content type (`…json`, `…xml`), else its text. Throws UnfitResult. */
export function bodyOf({ body, headers }: ShapedMessage, options: BodyOptions): unknown {
  const text =
    body.bytes === null
      ? ''
      : Buffer.from(body.bytes)
          .toString('utf8')
          .replace(/^\uFEFF/, '')
  const type = (headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (text.trim() === '') return ''
  if (/[/+]json$/.test(type)) return fromJson(parseJson(text), options)
  return /[/+]xml$/.test(type) ? fromXml(text, options) : text
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UnfitResult('The body that the liquid template reads is no valid JSON.')
  }
}

/** A JSON value as a template sees it: members by name, lists, texts. */
export function fromJson(value: unknown, options: BodyOptions): unknown {
  if (typeof value === 'string') return (options.parseDates ? LiquidDate.parse(value) : undefined) ?? value
  if (Array.isArray(value)) return value.map(item => fromJson(item, options))
  if (typeof value !== 'object' || value === null) return value
  return drop(new Map(Object.entries(value).map(([name, member]) => [name, () => fromJson(member, options)])))
}

interface XmlNode {
  readonly name: string
  readonly isNil: boolean
  readonly children: XmlNode[]
  text: string
}

/** Elements by name without prefix; one that stands several times is a list. */
function fromXml(text: string, options: BodyOptions): unknown {
  const root: XmlNode = { name: '', isNil: false, children: [], text: '' }
  const stack = [root]
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', () => {
    throw new UnfitResult('The body that the liquid template reads is no well-formed XML.')
  })
  parser.on('opentag', tag => {
    const nil = Object.values(tag.attributes).some(
      ({ local, uri, value }) => local === 'nil' && uri === schemaInstance && value === 'true',
    )
    const node: XmlNode = { name: tag.local, isNil: nil, children: [], text: '' }
    stack.at(-1)?.children.push(node)
    stack.push(node)
    if (stack.length > 200) throw new UnfitResult('The body that the liquid template reads is nested too deeply.')
  })
  const addText = (chunk: string) => {
    const open = stack.at(-1)
    if (open !== undefined) open.text += chunk
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => void stack.pop())
  parser.write(text).close()
  return valueOfNode(root, options)
}

const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance'

function valueOfNode(node: XmlNode, options: BodyOptions): unknown {
  if (node.isNil) return options.nil
  if (node.children.length === 0) return node.text
  const named = Map.groupBy(node.children, child => child.name)
  const members = [...named].map(([name, nodes]): [string, () => unknown] => {
    const [only] = nodes
    return [
      name,
      () => (nodes.length === 1 && only !== undefined ? valueOfNode(only, options) : nodes.map(one => valueOfNode(one, options))),
    ]
  })
  return drop(new Map(members))
}
