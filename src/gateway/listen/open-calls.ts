/** Calls of a thread that were begun and have no record yet: a thread that stops waits for the last of them. */
export class OpenCalls {
  #count = 0
  #none: PromiseWithResolvers<void> | undefined

  begin(): void {
    this.#count++
  }

  end(): void {
    this.#count--
    if (this.#count === 0) this.#none?.resolve()
  }

  /** Resolves when there is none. */
  async none(): Promise<void> {
    if (this.#count === 0) return
    this.#none ??= Promise.withResolvers()
    await this.#none.promise
  }
}
