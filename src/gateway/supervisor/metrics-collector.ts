import type { Sample } from '../telemetry/samples.ts'

/** Milliseconds that threads have to say what they measured; one that is busy says it next time. */
const patience = 1000

interface Asked {
  readonly answered: Promise<void>
  readonly answer: () => void
}

/** Asks serving threads for what they measured, each at most once at a time, and keeps what comes late for the next who asks. */
export class MetricsCollector {
  readonly #asked = new Map<number, Asked>()
  #arrived: Sample[] = []

  async collect(threads: Iterable<readonly [index: number, ask: () => void]>): Promise<readonly Sample[]> {
    for (const [index, ask] of threads) {
      if (this.#asked.has(index)) continue
      const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
      this.#asked.set(index, { answered, answer })
      ask()
    }
    let late: NodeJS.Timeout | undefined
    const expired = new Promise<void>(resolve => {
      late = setTimeout(resolve, patience)
    })
    await Promise.race([Promise.all([...this.#asked.values()].map(({ answered }) => answered)), expired])
    clearTimeout(late)
    const samples = this.#arrived
    this.#arrived = []
    return samples
  }

  arrived(index: number, samples: readonly Sample[]): void {
    this.#arrived = this.#arrived.concat(samples)
    this.ended(index)
  }

  /** A thread that ended answers nothing any more. */
  ended(index: number): void {
    this.#asked.get(index)?.answer()
    this.#asked.delete(index)
  }
}
