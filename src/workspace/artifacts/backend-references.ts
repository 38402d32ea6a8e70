import type { Report } from '../report.ts'
import type { Fields } from '../text/fields.ts'
import type { TextNode } from '../text/text-node.ts'

/** Tells each `{{name}}` in a backend's URL, credentials and proxy that no named value has. */
export function checkReferences(properties: Fields, named: ReadonlySet<string>, report: Report): void {
  for (const key of ['url', 'credentials', 'proxy']) {
    const member = properties.node.members.get(key)?.value
    for (const { text, at } of member === undefined ? [] : textsIn(member))
      for (const [, name = ''] of text.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g))
        if (!named.has(name))
          report.error(at, 'reference.unknown', `there is no named value '${name}'`, 'add it to the named values')
  }
}

function textsIn(node: TextNode): readonly { readonly text: string; readonly at: TextNode['at'] }[] {
  if (node.kind === 'list') return node.items.flatMap(textsIn)
  if (node.kind === 'object') return [...node.members.values()].flatMap(({ value }) => textsIn(value))
  return typeof node.value === 'string' ? [{ text: node.value, at: node.at }] : []
}
