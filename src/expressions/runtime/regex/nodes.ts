import type { CharSet } from './char-set.ts'

/** What a pattern means. `rightToLeft` stands on what consumes text: lookbehinds and RegexOptions.RightToLeft match that way. */
export type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'char'; readonly unit: number; readonly ignoreCase: boolean; readonly rightToLeft: boolean }
  | { readonly kind: 'set'; readonly set: CharSet; readonly rightToLeft: boolean }
  | { readonly kind: 'anchor'; readonly anchor: Anchor }
  | {
      readonly kind: 'backreference'
      readonly group: number
      readonly ignoreCase: boolean
      readonly rightToLeft: boolean
      readonly ecma: boolean
    }
  | { readonly kind: 'sequence'; readonly items: readonly Node[]; readonly rightToLeft: boolean }
  | { readonly kind: 'choice'; readonly branches: readonly Node[] }
  | Loop
  | { readonly kind: 'capture'; readonly group: number; readonly balance: number; readonly body: Node }
  | { readonly kind: 'atomic'; readonly body: Node }
  | { readonly kind: 'look'; readonly negative: boolean; readonly behind: boolean; readonly body: Node }
  | { readonly kind: 'if-group'; readonly group: number; readonly yes: Node; readonly no: Node }
  | { readonly kind: 'if-match'; readonly test: Node; readonly yes: Node; readonly no: Node }

/** `max` may be Infinity. */
export interface Loop {
  readonly kind: 'loop'
  readonly body: Node
  readonly min: number
  readonly max: number
  readonly lazy: boolean
}

export type Anchor =
  | 'beginning'
  | 'line-start'
  | 'line-end'
  | 'end'
  | 'end-or-newline'
  | 'start'
  | 'boundary'
  | 'not-boundary'
  | 'ecma-boundary'
  | 'not-ecma-boundary'

/** A pattern read whole. `groups`: the numbers of its groups in order, 0 first; `names`: the name of each, in the same order. */
export interface Pattern {
  readonly root: Node
  readonly groups: readonly number[]
  readonly names: readonly string[]
}
