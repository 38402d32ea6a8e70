import assert from 'node:assert/strict'
import { next, type Outcome, type Refusal } from '../outcome.ts'

/** The refusal that a test expects, by its reason. */
export function refusalWith(outcome: Outcome, reason: string): Refusal {
  assert.ok(outcome !== next && outcome.kind === 'refusal', `the call went on or was answered: ${JSON.stringify(outcome)}`)
  assert.equal(outcome.reason, reason)
  return outcome
}
