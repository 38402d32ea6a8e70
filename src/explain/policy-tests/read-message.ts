import type { Fields } from '../../workspace/text/fields.ts'
import { memberOf, type TextNode } from '../../workspace/text/text-node.ts'
import type { HeaderSpec, Json } from './policy-test.ts'

/** The parts that a request and an answer have in common. */
export const statusIn = (fields: Fields) => fields.whole('status', { min: 100, max: 599 })

export function headersIn(parent: Fields): HeaderSpec {
  const fields = parent.fields('headers')
  if (fields === undefined) return []
  return [...fields.node.members.keys()].flatMap(name => {
    const value = fields.text(name)
    return value === undefined ? [] : [[name, value] as const]
  })
}

export function bodyIn(fields: Fields): { readonly body?: Json } {
  const value = memberOf(fields.node, 'body')
  return value === undefined ? {} : { body: jsonOf(value) }
}

export function jsonMembers(fields: Fields | undefined): readonly (readonly [string, Json])[] {
  return [...(fields?.node.members ?? [])].map(([key, { value }]) => [key, jsonOf(value)] as const)
}

export function jsonOf(node: TextNode): Json {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(jsonOf)
  return Object.fromEntries([...node.members].map(([key, { value }]) => [key, jsonOf(value)]))
}
