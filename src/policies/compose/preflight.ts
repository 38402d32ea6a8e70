import type { Step } from '../step.ts'

/** The mark of a step that answers CORS preflights: on those no other policy runs. */
const mark: unique symbol = Symbol('answersPreflights')

export function markPreflight(step: Step): Step {
  return Object.assign((ctx: Parameters<Step>[0]) => step(ctx), { [mark]: true })
}

/** The mark of a step that may answer a call which reaches no API or no operation. */
const anywhere: unique symbol = Symbol('answersAnywhere')

export function markAnywhere(step: Step): Step {
  return Object.assign((ctx: Parameters<Step>[0]) => step(ctx), { [anywhere]: true })
}

export function answersAnywhere(step: Step): boolean {
  return anywhere in step
}

export function answersPreflights(step: Step): boolean {
  return mark in step
}
