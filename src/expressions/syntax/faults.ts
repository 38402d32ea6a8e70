/** A fault found while reading or binding; the offset counts UTF-16 units of the whole source. */
export interface Fault {
  readonly offset: number
  readonly code: string
  readonly message: string
  readonly severity: 'error' | 'warning'
}

/** Collects faults, at most `limit`: hostile input must not make a list without end. */
export class Faults {
  readonly #found: Fault[] = []
  readonly #limit: number

  constructor(limit = 100) {
    this.#limit = limit
  }

  get list(): readonly Fault[] {
    return this.#found
  }

  get hasErrors(): boolean {
    return this.#found.some(fault => fault.severity === 'error')
  }

  add(offset: number, code: string, message: string, severity: Fault['severity'] = 'error'): void {
    if (this.#found.length >= this.#limit) return
    if (this.#found.some(fault => fault.offset === offset && fault.code === code)) return
    this.#found.push({ offset, code, message, severity })
  }

  addAll(faults: Iterable<Fault>): void {
    for (const fault of faults) this.add(fault.offset, fault.code, fault.message, fault.severity)
  }
}
