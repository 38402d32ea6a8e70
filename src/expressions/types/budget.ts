/**
 * What an evaluation may still spend. Evaluation is synchronous and never nested, so one meter a thread serves: `start` fills
 * it, emitted loops, calls and the runtime's own loops take from it.
 */
export const left = new Int32Array(1) // an array, since a module variable would become a number object made anew by every step

/** More than anyone can spend in a minute. */
const most = 2 ** 31 - 1

/** Not a NetException: no catch clause of an author may swallow it. */
export class BudgetExceeded extends Error {
  constructor() {
    super('The expression took more steps or memory than an evaluation may')
  }
}

/** Fills the meter for one evaluation. A step is about one loop turn, one call, or one element or character made. */
export function startBudget(steps: number): void {
  left[0] = Math.min(steps, most)
}

/** Takes `steps` (1 unless told; a part of one counts whole) and throws `BudgetExceeded` when nothing is left, from then on always. */
export function spend(steps = 1): void {
  const rest = (left[0] as number) - steps // there is one element
  if (rest < 0) throw exceeded()
  left[0] = rest
}

/** Takes one step: what emitted loops, functions and chains of LINQ call, apart from `spend` so that V8 sees nothing but small integers here. */
export function spendOne(): void {
  const rest = (left[0] as number) - 1 // as above
  if (rest < 0) throw exceeded()
  left[0] = rest
}

function exceeded(): BudgetExceeded {
  left[0] = -1
  return new BudgetExceeded()
}
