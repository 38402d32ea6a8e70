/**
 * What an evaluation may still spend. Evaluation is synchronous and never nested, so one meter a thread serves: `start` fills
 * it, emitted loops, calls and the runtime's own loops take from it.
 */
let left = 0

/** Not a NetException: no catch clause of an author may swallow it. */
export class BudgetExceeded extends Error {
  constructor() {
    super('The expression took more steps or memory than an evaluation may')
  }
}

/** Fills the meter for one evaluation. A step is about one loop turn, one call, or one element or character made. */
export function startBudget(steps: number): void {
  left = steps
}

/** Takes `steps` (1 unless told) and throws `BudgetExceeded` when nothing is left. */
export function spend(steps = 1): void {
  left -= steps
  if (left < 0) throw new BudgetExceeded()
}
