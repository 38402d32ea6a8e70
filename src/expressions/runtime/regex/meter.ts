import { spend } from '../../types/budget.ts'
import { NetException } from '../../types/exceptions.ts'

/** A regular expression's step is lighter than an expression's: so many make one. */
const stepsPerUnit = 2
/** What a match timeout is taken for, so that a pattern's fate does not depend on the machine. */
export const stepsPerMillisecond = 20_000

/** Counts matching steps against the evaluation's budget and the pattern's own timeout. */
export class Meter {
  #left: number

  /** `timeout` in milliseconds; undefined: none. */
  constructor(timeout: number | undefined) {
    this.#left = timeout === undefined ? Number.POSITIVE_INFINITY : timeout * stepsPerMillisecond
  }

  take(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw timedOut()
    spend(steps / stepsPerUnit)
  }
}

const timedOut = () =>
  new NetException(
    'System.Text.RegularExpressions.RegexMatchTimeoutException',
    'The RegEx engine has timed out while trying to match a pattern to an input string. This can occur for many reasons, including very large inputs or excessive backtracking caused by nested quantifiers, back-references and other factors.',
  )
