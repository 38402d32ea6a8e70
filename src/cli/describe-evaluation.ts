import type { Evaluation } from '../policies/context/evaluate.ts'

/** One line for a person: the value and its type, or what went wrong. */
export function describeEvaluation(result: Evaluation): string {
  if (!result.ok) return `${result.error}: ${result.message}`
  return result.type === null ? 'null' : `${result.value}   (${result.type})`
}
