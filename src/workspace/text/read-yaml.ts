import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import type { Report } from '../report.ts'
import type { Member, Place, ScalarNode, TextNode } from './text-node.ts'

const deepest = 200
/** Aliases are copied out, so their number is bounded by what they expand to. */
const mostNodes = 500_000

type Convert = (node: unknown, depth: number) => TextNode

/** A document that expands or nests beyond the caps; ends the reading of it. */
class Excess extends Error {
  readonly code: 'document.tooDeep' | 'document.tooLarge'
  readonly at: Place
  constructor(code: 'document.tooDeep' | 'document.tooLarge', at: Place) {
    super(code)
    this.code = code
    this.at = at
  }
}

/** Reads one YAML 1.2 document, keeping places; merge keys (`<<`) are followed. Undefined when it has faults, or is empty. */
export function readYaml(file: string, text: string, report: Report): TextNode | undefined {
  const lines = new LineCounter()
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  try {
    const document = parseDocument(text, { lineCounter: lines, stringKeys: true, prettyErrors: false })
    for (const fault of document.errors) {
      report.error(placeOf(fault.pos[0]), fault.code === 'DUPLICATE_KEY' ? 'key.duplicate' : 'yaml.syntax', fault.message)
    }
    if (document.errors.length > 0 || document.contents === null) return undefined
    return converter(document.contents, placeOf, alias => alias.resolve(document))(document.contents, 0)
  } catch (fault) {
    // The parser descends by recursion: too deep a text ends in the engine's own RangeError, with no place.
    if (fault instanceof RangeError) report.error(placeOf(0), 'document.tooDeep', 'nested too deep to be read')
    else if (fault instanceof Excess) report.error(fault.at, fault.code, excessMessage(fault.code))
    else throw fault
    return undefined
  }
}

function excessMessage(code: Excess['code']): string {
  return code === 'document.tooDeep'
    ? `nested deeper than ${deepest} levels`
    : `more than ${mostNodes} values once its aliases are expanded`
}

function converter(root: Node, placeOf: (offset: number) => Place, resolve: (alias: YamlAlias) => unknown): Convert {
  let count = 0
  const at = (node: unknown): Place => placeOf((node as Node | null)?.range?.[0] ?? root.range?.[0] ?? 0)
  const convert: Convert = (node, depth) => {
    if (depth > deepest) throw new Excess('document.tooDeep', at(node))
    if (++count > mostNodes) throw new Excess('document.tooLarge', at(node))
    if (isAlias(node)) return convert(resolve(node), depth + 1)
    if (isMap(node)) return { kind: 'object', at: at(node), members: membersOf(node, depth) }
    if (isSeq(node)) return { kind: 'list', at: at(node), items: node.items.map(item => convert(item, depth + 1)) }
    return scalarOf(node, at(node))
  }
  const membersOf = (map: YAMLMap, depth: number): Map<string, Member> => {
    const members = new Map<string, Member>()
    const merged: Member[] = []
    for (const pair of map.items) {
      // `stringKeys` makes every key a scalar with a text, or a fault that was reported above.
      const key = pair.key as { value: string; range?: [number, number, number] }
      const keyAt = placeOf(key.range?.[0] ?? 0)
      const value = pair.value === null ? ({ kind: 'scalar', at: keyAt, value: null } as const) : convert(pair.value, depth + 1)
      if (key.value === '<<') merged.push({ keyAt, value })
      else members.set(key.value, { keyAt, value })
    }
    for (const { value } of merged) mergeInto(members, value)
    return members
  }
  return convert
}

type YamlAlias = Extract<Node, { source: string; resolve: unknown }>

/** A merge key's mapping (or list of them) fills in what the mapping does not say itself. */
function mergeInto(members: Map<string, Member>, value: TextNode): void {
  const sources = value.kind === 'list' ? value.items : [value]
  for (const source of sources) {
    if (source.kind !== 'object') continue
    for (const [key, member] of source.members) if (!members.has(key)) members.set(key, member)
  }
}

function scalarOf(node: unknown, at: Place): ScalarNode {
  if (!isScalar(node)) return { kind: 'scalar', at, value: null }
  const value = node.value
  if (typeof value === 'string' || value === null || value === undefined) return { kind: 'scalar', at, value: value ?? null }
  if (typeof value === 'number' || typeof value === 'boolean')
    return { kind: 'scalar', at, value, plain: node.source ?? String(value) }
  return { kind: 'scalar', at, value: node.source ?? String(value) }
}
