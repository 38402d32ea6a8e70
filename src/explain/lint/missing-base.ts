import type { Diagnostic } from '../../catalog/diagnostic.ts'
import type { PolicyElement, PolicyText } from '../../policies/read/read-policy.ts'
import type { DroppedPolicies, EffectiveElement } from '../effective-section.ts'
import { findingAt, tokenPolicies, turnsAway } from './lint-finding.ts'

/** Policies that turn calls away. `return-response` does so by its status. */
const guards = new Set([
  ...tokenPolicies,
  'ip-filter',
  'check-header',
  'validate-client-certificate',
  'validate-content',
  'validate-parameters',
  'rate-limit',
  'rate-limit-by-key',
  'quota',
  'quota-by-key',
  'llm-token-limit',
  'azure-openai-token-limit',
])

/** Reads a policy and all that it holds, fragments in their place. */
export type Held = (at: EffectiveElement) => readonly EffectiveElement[]

/** Checks of wider scopes that a narrower inbound section leaves out and no policy of the call's way makes up for. `elements`: what runs in their place. */
export function missingBase(
  dropped: readonly DroppedPolicies[],
  elements: readonly EffectiveElement[],
  held: Held,
): readonly Diagnostic[] {
  const kept = new Set(elements.filter(({ conditional }) => conditional !== true).map(({ element }) => formOf(element)))
  return dropped.flatMap(({ document, elements: left, by }) => {
    const lost = left
      .filter(one => !kept.has(formOf(one.element)))
      .flatMap(one => held(one).find(isGuard) ?? [])
      .filter(({ element }) => !kept.has(formOf(element)))
    if (lost.length === 0) return []
    const checks = [...new Set(lost.map(placed => `the \`${placed.element.name}\` of ${placeOf(placed)}`))]
    const does = checks.length === 1 ? 'does' : 'do'
    return [findingAt(by, 'lint.missing-base', `without <base /> ${listed(checks)} (${document.scope}) ${does} not run`)]
  })
}

const isGuard = ({ element }: EffectiveElement) =>
  guards.has(element.name) || (element.name === 'return-response' && turnsAway(element))

const placeOf = ({ element, file }: EffectiveElement) => `${file.file}:${file.lines.position(element.offset).line}`

const listed = (texts: readonly string[]) =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`

/** What a policy says, whichever way it is laid out: the same for a check that is written once more. */
function formOf({ name, attributes, text, children }: PolicyElement): string {
  const written = attributes.map(one => [one.name, textOf(one.value)] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([name, written, text === undefined ? '' : textOf(text), children.map(formOf)])
}

const textOf = ({ source }: PolicyText) => source.text.trim()
