import { spend } from '../../../types/budget.ts'
import { type XAttribute, XElement } from '../xml/element.ts'
import { XContainer, XNode, type XObject } from '../xml/nodes.ts'
import type { Axis } from './xpath-syntax.ts'

/** A node of the XPath model: nodes and attributes of an XLinq tree, namespace declarations left out. */
export type Item = XNode | XAttribute

/** What an axis holds, nearest first. */
export function* axisOf(item: Item, axis: Axis): Generator<Item> {
  spend()
  switch (axis) {
    case 'self':
      yield item
      return
    case 'child':
      yield* childrenOf(item)
      return
    case 'attribute':
      if (item instanceof XElement) yield* item.attributes.filter(each => !each.isNamespaceDeclaration)
      return
    case 'parent':
      if (item.holder !== null) yield item.holder
      return
    case 'ancestor':
    case 'ancestor-or-self':
      yield* ancestorsOf(item, axis === 'ancestor-or-self')
      return
    case 'descendant':
    case 'descendant-or-self':
      yield* below(item, axis === 'descendant-or-self')
      return
    case 'following-sibling':
      if (item instanceof XNode) yield* item.nodesAfter()
      return
    case 'preceding-sibling':
      if (item instanceof XNode) yield* [...item.nodesBefore()].reverse()
      return
    case 'following':
      for (const each of ancestorsOf(item, true))
        if (each instanceof XNode) for (const after of each.nodesAfter()) yield* below(after, true)
      return
    case 'preceding':
      for (const each of ancestorsOf(item, true)) {
        if (each instanceof XNode)
          for (const before of [...each.nodesBefore()].reverse()) yield* [...below(before, true)].reverse()
      }
  }
}

function childrenOf(item: Item): readonly XNode[] {
  return item instanceof XContainer ? item.nodes : []
}

function* ancestorsOf(item: Item, self: boolean): Generator<Item> {
  if (self) yield item
  for (let at: XObject | null = item.holder; at !== null; at = at.holder) {
    spend()
    if (at instanceof XNode) yield at
  }
}

function* below(item: Item, self: boolean): Generator<Item> {
  if (item instanceof XContainer) yield* item.descendantNodes(self)
  else if (self) yield item
}
