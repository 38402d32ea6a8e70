import type { Loop, Node } from './nodes.ts'

/** What no text matches: `(?!)`. */
const nothing: Node = { kind: 'look', negative: true, behind: false, body: { kind: 'empty' } }

const mostTurns = 2 ** 31 - 2

/**
 * A quantified node. .NET makes one loop of a loop around nothing but a loop, where it loses no count by that: `(?:(a)*){2,}` is `(a)*`,
 * which shows in the captures of turns that take nothing.
 */
export function loopOf(body: Node, min: number, max: number, lazy: boolean): Node {
  let [least, most] = [min, max]
  let loop: Loop = { kind: 'loop', body, min, max, lazy }
  for (let inner = loop.body; inner.kind === 'loop' && inner.lazy === lazy; inner = loop.body) {
    if (!fuses(loop, inner)) break
    if (inner.min > 0) least = product(least, inner.min)
    most = product(most, inner.max)
    loop = { ...inner, min: inner.min > 0 ? least : 0, max: most }
  }
  return least === Number.POSITIVE_INFINITY ? nothing : loop
}

/** Not `(?:a{2,})?` or `(?:a{100,105}){3}`: their turns have gaps between them. */
const fuses = (outer: Loop, inner: Loop) => !(outer.min === 0 && inner.min > 1) && inner.max >= inner.min * 2

const product = (a: number, b: number) => (a * b > mostTurns ? Number.POSITIVE_INFINITY : a * b)
