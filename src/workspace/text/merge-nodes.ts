import type { Member, ObjectNode, TextNode } from './text-node.ts'

/** Lays one object over another: objects merge member by member, anything else is replaced, as APIOps' publisher does. */
export function mergeObjects(base: ObjectNode, over: ObjectNode): ObjectNode {
  const members = new Map<string, Member>(base.members)
  for (const [key, member] of over.members) {
    const below = members.get(key)
    members.set(key, below === undefined ? member : { keyAt: member.keyAt, value: mergeNodes(below.value, member.value) })
  }
  return { ...base, members }
}

function mergeNodes(base: TextNode, over: TextNode): TextNode {
  return base.kind === 'object' && over.kind === 'object' ? mergeObjects(base, over) : over
}

/** The object without some of its members. */
export function withoutMembers(node: ObjectNode, keys: readonly string[]): ObjectNode {
  return { ...node, members: new Map([...node.members].filter(([key]) => !keys.includes(key))) }
}
