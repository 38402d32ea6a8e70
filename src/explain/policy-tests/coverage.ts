import type { PolicyPlace } from '../../policies/trace/tracer.ts'

/** A policy, or a part that holds policies (`when`), of a document. */
export interface CoveredPlace {
  readonly element: string
  /** `choose[1]/when[2]`: what a test calls it. */
  readonly path: string
  readonly file: string
  readonly line: number
  readonly column: number
  /** How often it ran. */
  readonly hits: number
}

export interface FileCoverage {
  readonly file: string
  readonly ran: number
  readonly all: number
  readonly missed: readonly CoveredPlace[]
}

const keyOf = ({ file, line, column }: PolicyPlace) => `${file}:${line}:${column}`

/** Counts which places of the policies ran, over all tests. A fragment's policies are one place, however often it is included. */
export class Coverage {
  readonly #hits = new Map<string, number>()
  readonly #places = new Map<string, PolicyPlace>()

  constructor(places: readonly PolicyPlace[]) {
    for (const place of places) this.#places.set(keyOf(place), place)
  }

  add(passed: readonly PolicyPlace[]): void {
    for (const place of passed) {
      const key = keyOf(place)
      this.#hits.set(key, (this.#hits.get(key) ?? 0) + 1)
    }
  }

  /** File by file, in the order of names. What the gateway brings itself is left out. */
  files(): readonly FileCoverage[] {
    const covered = [...this.#places].map(([key, { policy, path, file, line, column }]): CoveredPlace => {
      return { element: policy, path, file, line, column, hits: this.#hits.get(key) ?? 0 }
    })
    const byFile = Map.groupBy(
      covered.filter(({ file }) => !file.startsWith('(')),
      ({ file }) => file,
    )
    return [...byFile]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([file, all]) => {
        const missed = all.filter(({ hits }) => hits === 0).sort((a, b) => a.line - b.line || a.column - b.column)
        return { file, all: all.length, ran: all.length - missed.length, missed }
      })
  }
}
