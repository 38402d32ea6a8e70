import type { Report } from '../report.ts'
import { memberOf, type ObjectNode, type TextNode, textOf } from '../text/text-node.ts'

const longestChain = 32

export type Resolve = (node: TextNode | undefined) => TextNode | undefined

/** Follows `$ref` within one document (RFC 6901 pointers). What leads nowhere, outside or in a circle is reported once and undefined. */
export function referenceResolver(root: ObjectNode, report: Report): Resolve {
  const reported = new Set<string>()
  const fault = (node: TextNode, reference: string, message: string) => {
    if (reported.has(reference)) return undefined
    reported.add(reference)
    report.error(memberOf(node, '$ref')?.at ?? node.at, 'specification.reference', message)
    return undefined
  }
  return start => {
    let node = start
    for (let step = 0; step < longestChain; step++) {
      const reference = textOf(memberOf(node, '$ref'))
      if (node === undefined || reference === undefined) return node
      if (!reference.startsWith('#')) {
        return fault(node, reference, `'${reference}' is outside this document, which API Management does not follow`)
      }
      const target = pointedAt(root, reference)
      if (target === undefined) return fault(node, reference, `'${reference}' leads nowhere in this document`)
      node = target
    }
    return start === undefined ? undefined : fault(start, 'circle', 'this reference leads in a circle')
  }
}

function pointedAt(root: ObjectNode, reference: string): TextNode | undefined {
  let node: TextNode | undefined = root
  for (const raw of reference.slice(1).split('/').slice(1)) {
    const key = decodeText(raw).replaceAll('~1', '/').replaceAll('~0', '~')
    node = node?.kind === 'list' ? node.items[Number(key)] : memberOf(node, key)
  }
  return node
}

function decodeText(raw: string): string {
  try {
    return decodeURIComponent(raw)
  } catch {
    return raw
  }
}
