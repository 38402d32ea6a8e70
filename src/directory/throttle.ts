import { ExpiringMap } from './expiring-map.ts'

/** Counts failures by name; past the limit the name is locked until the time is over. */
export class Throttle {
  readonly #failures = new ExpiringMap<number>(10_000)
  readonly #limit: number
  readonly #period: number

  /** `period` in milliseconds. */
  constructor(limit: number, period: number) {
    this.#limit = limit
    this.#period = period
  }

  isLocked(name: string, now: number): boolean {
    return (this.#failures.get(name, now) ?? 0) >= this.#limit
  }

  fail(name: string, now: number): void {
    this.#failures.set(name, (this.#failures.get(name, now) ?? 0) + 1, now + this.#period)
  }

  succeed(name: string): void {
    this.#failures.delete(name)
  }
}
