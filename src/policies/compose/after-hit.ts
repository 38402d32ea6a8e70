import type { CallContext } from '../context/call-context.ts'
import { next } from '../outcome.ts'
import type { Section } from '../plan.ts'
import type { ScopeName, Step } from '../step.ts'
import { sectionOf } from './run-steps.ts'

/** The mark of a step that keeps a response for others, or holds a policy that does, with the scope of its document. */
const mark: unique symbol = Symbol('keepsResponse')

export function markKeeper(step: Step, scope: ScopeName): Step {
  return Object.assign((ctx: CallContext) => step(ctx), { [mark]: scope })
}

function scopeOf(step: Step): ScopeName | undefined {
  // markKeeper put a scope there
  return mark in step ? (step[mark] as ScopeName) : undefined
}

/**
 * What runs of the outbound section on a kept response: the steps behind the one that would have kept it, of the scope in which it was found, or else the
 * first such one. API Management says so in its traces: "Processing will continue from the step in the response pipeline that is after the
 * corresponding cache-store."
 */
export function afterHit(outbound: readonly Step[]): Section {
  const behind = new Map<string, Section>()
  for (const [i, step] of outbound.entries()) {
    const scope = scopeOf(step)
    if (scope !== undefined && !behind.has(scope)) behind.set(scope, sectionOf(outbound.slice(i + 1)))
  }
  const [first] = behind.values()
  const nothing: Section = () => ({ outcome: next })
  return ctx => ((ctx.foundIn === undefined ? undefined : behind.get(ctx.foundIn)) ?? first ?? nothing)(ctx)
}
