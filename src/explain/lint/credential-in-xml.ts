import { type SyntaxNode, stringIn } from '../../policies/read/expression-syntax.ts'
import { isMember } from './credential-member.ts'

/** `<wsse:Password Type="…">…</wsse:Password>` in a text. */
const element = /<(?:[\w.-]+:)?(?<name>[\w.-]{3,60})(?:\s[^<>]*)?>\s*(?<value>[^<>\s]{4,500})\s*<\//g
/** `password="…"`, in either quotes, in a tag. */
const attribute = /\s(?:[\w.-]+:)?(?<name>[\w.-]{3,60})\s*=\s*(["'])(?<value>[^"'<>\s]{4,500})\2(?=[^<>]{0,1000}>)/g

export function holdsXmlCredential(text: string): boolean {
  if (!text.includes('<')) return false
  return [element, attribute].some(form => [...text.matchAll(form)].some(({ groups }) => isMember(groups?.name, groups?.value)))
}

/** Whether a node makes an element or attribute that is a credential: `new XElement("Password", "…")`. */
export function isXmlCredential(node: SyntaxNode): boolean {
  if (node.kind !== 'new' || node.type.kind !== 'named type') return false
  const made = node.type.parts.at(-1)?.name
  return (made === 'XElement' || made === 'XAttribute') && isMember(stringIn(node.args[0]?.value), stringIn(node.args[1]?.value))
}
