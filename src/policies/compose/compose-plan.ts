import { emptyResponse } from '../context/empty-response.ts'
import { next } from '../outcome.ts'
import type { Plan, Section } from '../plan.ts'
import type { ScopeName, SectionName, Step } from '../step.ts'
import { afterHit } from './after-hit.ts'
import { base } from './compile-elements.ts'
import type { CompiledDocument } from './policy-document.ts'
import { answersAnywhere, answersPreflights } from './preflight.ts'
import { inSequence, sectionOf } from './run-steps.ts'

/**
 * The effective policy: documents from the widest scope to the narrowest, each coming in where the next narrower one says `<base />`. A
 * section that a document does not have inherits. The first document is what API Management does without any policy.
 */
export function composePlan(documents: readonly CompiledDocument[]): Plan {
  const compose = (name: SectionName) => sectionOf(effectiveSteps(documents, name).steps)
  const anywhere = effectiveSteps(documents, 'inbound').own.filter(answersAnywhere)
  return {
    inbound: compose('inbound'),
    backend: compose('backend'),
    outbound: withResponse(compose('outbound')),
    onError: compose('on-error'),
    afterHit: afterHit(effectiveSteps(documents, 'outbound').own),
    ...(anywhere.length === 0 ? {} : { anywhere: sectionOf(anywhere) }),
    preflight: sectionOf(effectiveSteps(documents, 'inbound').own.filter(answersPreflights)),
  }
}

interface EffectiveSteps {
  /** What the documents say. */
  readonly own: readonly Step[]
  /** The same, after the step that lays out what a `<base />` inside a policy runs, where there is one. */
  readonly steps: readonly Step[]
}

function effectiveSteps(documents: readonly CompiledDocument[], name: SectionName): EffectiveSteps {
  let own: readonly Step[] = []
  const wider = new Map<ScopeName, Step>()
  for (const { scope, sections, nestsBase } of documents) {
    // nothing is wider than the global policy: its `<base />` has no effect
    const inherited = scope === 'global' ? [] : own
    if (nestsBase.has(name)) wider.set(scope, inSequence(inherited))
    own = sections.get(name)?.flatMap(step => (step === base ? inherited : [step])) ?? own
  }
  return { own, steps: wider.size === 0 ? own : [layOut(wider), ...own] }
}

function layOut(wider: ReadonlyMap<ScopeName, Step>): Step {
  return ctx => {
    ctx.wider = wider
    return next
  }
}

/** A call that no backend answered has an empty 200 to go out with. */
function withResponse(section: Section): Section {
  return ctx => {
    ctx.response ??= emptyResponse()
    return section(ctx)
  }
}
