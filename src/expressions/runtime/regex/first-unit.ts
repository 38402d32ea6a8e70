import { lowerUnit } from './letter-case.ts'
import type { Node, Pattern } from './nodes.ts'

/** How to find places where a match can start, read off a pattern that matches left to right. */
export interface Start {
  /** Only at the field's beginning (`\A`, `^`), only at the scan's origin (`\G`), or anywhere. */
  readonly where: 'beginning' | 'origin' | 'anywhere'
  /** What the first unit of a match must be; undefined when the match may be empty or nothing is known. */
  readonly first: ((unit: number) => boolean) | undefined
  /** Text that every match starts with, case and all. */
  readonly prefix: string
}

export function startOf({ root }: Pattern): Start {
  const items = root.kind === 'sequence' && !root.rightToLeft ? root.items : [root]
  const [head] = items
  const where =
    head?.kind !== 'anchor'
      ? 'anywhere'
      : head.anchor === 'beginning'
        ? 'beginning'
        : head.anchor === 'start'
          ? 'origin'
          : 'anywhere'
  const tests = firstOf(root)
  return { where, first: tests === undefined ? undefined : unit => tests.some(test => test(unit)), prefix: prefixOf(items) }
}

function prefixOf(items: readonly Node[]): string {
  let prefix = ''
  for (const item of items) {
    if (item.kind !== 'char' || item.ignoreCase || item.rightToLeft) break
    prefix += String.fromCharCode(item.unit)
  }
  return prefix
}

type Test = (unit: number) => boolean

/** Tests of which the first unit passes one. Undefined: it may be anything, or there may be none. */
function firstOf(node: Node): readonly Test[] | undefined {
  switch (node.kind) {
    case 'char':
      if (node.rightToLeft) return undefined
      return [node.ignoreCase ? unit => lowerUnit(unit) === node.unit : unit => unit === node.unit]
    case 'set':
      return node.rightToLeft ? undefined : [unit => node.set.has(unit)]
    case 'sequence':
      return node.rightToLeft ? undefined : firstOfSequence(node.items)
    case 'choice':
      return union(node.branches.map(firstOf))
    case 'loop':
      return node.min > 0 ? firstOf(node.body) : undefined
    case 'capture':
    case 'atomic':
      return firstOf(node.body)
    default:
      return undefined
  }
}

/** What takes no text on its way is passed over. */
function firstOfSequence(items: readonly Node[]): readonly Test[] | undefined {
  const first = items.find(item => item.kind !== 'anchor' && item.kind !== 'look')
  return first === undefined ? undefined : firstOf(first)
}

function union(parts: readonly (readonly Test[] | undefined)[]): readonly Test[] | undefined {
  const all: Test[] = []
  for (const part of parts) {
    if (part === undefined) return undefined
    all.push(...part)
  }
  return all
}
