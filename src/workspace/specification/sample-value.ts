import type { TextNode } from '../text/text-node.ts'

/** A value to write as JSON; objects are Maps, so that a key such as `__proto__` is a key like any other. */
export type SampleValue = string | number | boolean | null | readonly SampleValue[] | ReadonlyMap<string, SampleValue>

export function valueOfNode(node: TextNode): SampleValue {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(valueOfNode)
  return new Map([...node.members].map(([key, { value }]) => [key, valueOfNode(value)]))
}

/** JSON, indented by two. */
export function jsonText(value: SampleValue, indent = ''): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const inner = `${indent}  `
  const map = value instanceof Map ? (value as ReadonlyMap<string, SampleValue>) : undefined
  const parts =
    map === undefined
      ? (value as readonly SampleValue[]).map(item => jsonText(item, inner))
      : [...map].map(([key, item]) => `${JSON.stringify(key)}: ${jsonText(item, inner)}`)
  const [open, close] = map === undefined ? '[]' : '{}'
  return parts.length === 0 ? `${open}${close}` : `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`
}
