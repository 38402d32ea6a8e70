import type { MemberInitializer } from '../../expressions/syntax/nodes.ts'
import { type SyntaxNode, stringIn } from '../../policies/read/expression-syntax.ts'
import { isMember } from './credential-member.ts'

/** `"client_secret": "…"` in a text, in either quotes. */
const member = /(["'])(?<name>[\w.-]{3,60})\1\s*:\s*(["'])(?<value>[^"'\\\r\n]{4,500})\3/g

export function holdsJsonCredential(text: string): boolean {
  return [...text.matchAll(member)].some(({ groups }) => isMember(groups?.name, groups?.value))
}

/** Whether a node makes a member of a JSON object that is a credential: a JProperty, an element that is set, an object or a dictionary that is serialized. */
export function isJsonCredential(node: SyntaxNode): boolean {
  switch (node.kind) {
    case 'new':
      return isProperty(node) || initializes(node.initializer)
    case 'assign':
      return node.target.kind === 'index' && isMember(stringIn(node.target.args[0]?.value), stringIn(node.value))
    case 'anonymous object':
      return node.members.some(({ name, value }) => isMember(name?.name, stringIn(value)))
    default:
      return false
  }
}

function isProperty({ type, args }: SyntaxNode & { kind: 'new' }): boolean {
  const isOne = type.kind === 'named type' && type.parts.at(-1)?.name === 'JProperty'
  return isOne && isMember(stringIn(args[0]?.value), stringIn(args[1]?.value))
}

/** `{ ["name"] = "…" }`, `{ { "name", "…" } }`, `{ Name = "…" }`. */
function initializes(initializer: (SyntaxNode & { kind: 'new' })['initializer']): boolean {
  if (initializer === undefined) return false
  if (initializer.kind === 'collection initializer')
    return initializer.items.some(([name, value]) => isMember(stringIn(name), stringIn(value)))
  return initializer.members.some(({ name, index, value }) => isMember(name ?? stringIn(index?.[0]?.value), textIn(value)))
}

const textIn = (value: MemberInitializer['value']) =>
  value.kind === 'object initializer' || value.kind === 'collection initializer' ? undefined : stringIn(value)
