import type { Bound } from '../binding/bound.ts'
import type { Span } from '../syntax/nodes.ts'
import { box, boxingOf } from '../types/boxing.ts'
import type { Type } from '../types/type.ts'
import type { Raw } from '../types/values.ts'

/** Is told a boxed value (types/values.ts) as it comes out, and where in the source what gave it stands. */
export type Seen = (what: Span, value: unknown) => void

/** Has a program tell what the nodes at some spans come out as, while it runs. */
export class Watch {
  readonly #wanted: Map<string, Span>
  #seen: Seen | undefined

  constructor(spans: readonly Span[]) {
    this.#wanted = new Map(spans.map(span => [keyOf(span), span]))
  }

  /** What passes a value on and tells of it. The outermost node of a span has its value as it is used, so only the first one that is emitted counts. */
  tellerOf(node: Bound, type: Type): ((raw: Raw) => Raw) | undefined {
    const span = this.#wanted.get(keyOf(node))
    // boxing a function would mark it with that type for good
    if (span === undefined || boxingOf(type) === 'delegate') return undefined
    this.#wanted.delete(keyOf(node))
    return raw => {
      this.#seen?.(span, box(type, raw))
      return raw
    }
  }

  /** Runs the program, one at a time: expressions wait for nothing and call no other. */
  during<T>(seen: Seen, run: () => T): T {
    this.#seen = seen
    try {
      return run()
    } finally {
      this.#seen = undefined
    }
  }
}

const keyOf = ({ start, end }: Span) => `${start}-${end}`
