import { NetException } from '../types/exceptions.ts'

interface Frame {
  /** Which clause takes the exception, by type and filter; -1: none. */
  readonly select: (exception: NetException) => number
  readonly depth: number
}

/**
 * The `try` statements that are running, for programs with both filters and `finally` blocks: in .NET a filter runs before any
 * `finally` between the throw and it, in a first pass over the stack. One evaluation runs at a time, so a program has one of these.
 */
export class Handlers {
  readonly #frames: Frame[] = []
  /** What the last first pass was for, and who will take it. */
  #searched: NetException | undefined
  #taker: Frame | undefined
  #clause = -1

  enter(select: Frame['select']): Frame {
    const frame = { select, depth: this.#frames.length }
    this.#frames.push(frame)
    return frame
  }

  leave({ depth }: Frame): void {
    if (this.#frames.length > depth) this.#frames.length = depth
  }

  /** The first pass, before a `finally` that runs because of `error`; gives the error back. */
  search(error: unknown): unknown {
    if (!(error instanceof NetException) || error === this.#searched) return error
    this.#searched = error
    this.#taker = undefined
    for (let i = this.#frames.length - 1; i >= 0 && this.#taker === undefined; i--) {
      const frame = this.#frames[i]
      const clause = frame?.select(error) ?? -1
      if (clause < 0) continue
      this.#taker = frame
      this.#clause = clause
    }
    return error
  }

  /** The clause of this `try` that takes the error; -1: it goes on. What is no exception of .NET is thrown on. */
  settle(frame: Frame, error: unknown): number {
    this.leave(frame)
    if (!(error instanceof NetException)) throw error
    if (error !== this.#searched) return frame.select(error)
    if (frame !== this.#taker) return -1
    this.#searched = undefined
    return this.#clause
  }
}

/** A filter that throws does not hold. */
export function holds(filter: () => boolean): boolean {
  try {
    return filter()
  } catch (error) {
    if (error instanceof NetException) return false
    throw error
  }
}
