import { emptyResponse } from '../context/empty-response.ts'
import type { Plan, Section } from '../plan.ts'
import type { SectionName, Step } from '../step.ts'
import { base } from './compile-elements.ts'
import type { CompiledDocument } from './policy-document.ts'
import { answersPreflights } from './preflight.ts'
import { sectionOf } from './run-steps.ts'

/**
 * The effective policy: documents from the widest scope to the narrowest, each coming in where the next narrower one says `<base />`. A
 * section that a document does not have inherits. The first document is what API Management does without any policy.
 */
export function composePlan(documents: readonly CompiledDocument[]): Plan {
  const compose = (name: SectionName) => sectionOf(effectiveSteps(documents, name))
  return {
    inbound: compose('inbound'),
    backend: compose('backend'),
    outbound: withResponse(compose('outbound')),
    onError: compose('on-error'),
    preflight: sectionOf(effectiveSteps(documents, 'inbound').filter(answersPreflights)),
  }
}

function effectiveSteps(documents: readonly CompiledDocument[], name: SectionName): readonly Step[] {
  let wider: readonly Step[] = []
  for (const { scope, sections } of documents) {
    const own = sections.get(name)
    // nothing is wider than the global policy: its `<base />` has no effect
    const inherited = scope === 'global' ? [] : wider
    if (own !== undefined) wider = own.flatMap(step => (step === base ? inherited : [step]))
  }
  return wider
}

/** A call that no backend answered has an empty 200 to go out with. */
function withResponse(section: Section): Section {
  return ctx => {
    ctx.response ??= emptyResponse()
    return section(ctx)
  }
}
