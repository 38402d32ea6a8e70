import type { Position } from '../../catalog/diagnostic.ts'

/** Where something stands: the file as the workspace was named, and the position in it. */
export interface Place extends Position {
  readonly file: string
}

/**
 * A JSON or YAML document as plain data that remembers its places. Members keep their order; a merged tree may hold
 * nodes of several files, each with its own place.
 */
export type TextNode = ObjectNode | ListNode | ScalarNode

export interface ObjectNode {
  readonly kind: 'object'
  readonly at: Place
  readonly members: ReadonlyMap<string, Member>
}

export interface Member {
  readonly keyAt: Place
  readonly value: TextNode
}

export interface ListNode {
  readonly kind: 'list'
  readonly at: Place
  readonly items: readonly TextNode[]
}

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly at: Place
  readonly value: string | number | boolean | null
  /** What YAML reads as a number or a truth value can still be meant as text (`password: 1234`): this is how it was written. */
  readonly plain?: string
}

export function memberOf(node: TextNode | undefined, key: string): TextNode | undefined {
  return node?.kind === 'object' ? node.members.get(key)?.value : undefined
}

/** The text of a scalar; undefined for anything that is not text. */
export function textOf(node: TextNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined
  return typeof node.value === 'string' ? node.value : node.plain
}

/** In words, for messages. */
export function kindOf(node: TextNode): string {
  if (node.kind === 'object') return 'an object'
  if (node.kind === 'list') return 'a list'
  if (node.value === null) return 'null'
  return { string: 'text', number: 'a number', boolean: 'a truth value' }[typeof node.value as 'string' | 'number' | 'boolean']
}
