import type { Bound } from '../binding/bound.ts'
import type { Span } from '../syntax/nodes.ts'
import { box, boxingOf } from '../types/boxing.ts'
import type { Type } from '../types/type.ts'
import type { Raw } from '../types/values.ts'

/** Is told how far a program has come; `what` says where in the source it stands. */
export interface Watcher {
  begins(what: Span): void
  /** With its boxed value (types/values.ts); not when it threw. */
  gives(what: Span, value: unknown): void
}

/** What a program calls before it computes a value, and what it passes the value through. */
export interface Tellers {
  readonly begins: () => void
  readonly gives: (raw: Raw) => Raw
}

/** Has a program tell what the nodes at some spans come out as, while it runs. */
export class Watch {
  readonly #wanted: Map<string, Span>
  #watcher: Watcher | undefined

  constructor(spans: readonly Span[]) {
    this.#wanted = new Map(spans.map(span => [keyOf(span), span]))
  }

  /** The outermost node of a span has its value as it is used, so only the first one that is emitted counts. */
  tellersOf(node: Bound, type: Type): Tellers | undefined {
    const span = this.#wanted.get(keyOf(node))
    // boxing a function would mark it with that type for good
    if (span === undefined || boxingOf(type) === 'delegate') return undefined
    this.#wanted.delete(keyOf(node))
    return {
      begins: () => this.#watcher?.begins(span),
      gives: raw => {
        this.#watcher?.gives(span, box(type, raw))
        return raw
      },
    }
  }

  /** Runs the program, one at a time: expressions wait for nothing and call no other. */
  during<T>(watcher: Watcher, run: () => T): T {
    this.#watcher = watcher
    try {
      return run()
    } finally {
      this.#watcher = undefined
    }
  }
}

const keyOf = ({ start, end }: Span) => `${start}-${end}`
