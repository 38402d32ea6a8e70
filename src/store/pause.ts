/** A wait that somebody may end. One at a time. */
export class Pause {
  #end: (() => void) | undefined

  /** Until the time is over, in milliseconds, or somebody ends it. */
  wait(ms: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms)
      this.#end = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  end(): void {
    this.#end?.()
  }
}
