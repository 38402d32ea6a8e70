import type { Step } from '../step.ts'

/** The mark of a step that answers CORS preflights: on those no other policy runs. */
const mark: unique symbol = Symbol('answersPreflights')

export function markPreflight(step: Step): Step {
  return Object.assign((ctx: Parameters<Step>[0]) => step(ctx), { [mark]: true })
}

export function answersPreflights(step: Step): boolean {
  return mark in step
}
