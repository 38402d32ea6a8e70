import type { Diagnostic } from '../../catalog/diagnostic.ts'
import type { PolicyFile } from '../../policies/read/read-policy.ts'
import type { PartsReader } from '../effective-section.ts'
import { childrenNamed } from '../policy-texts.ts'
import { atFirst, type FlowOptions, follow } from './call-flow.ts'
import { callerChosenKey } from './caller-chosen-key.ts'
import { readingReader } from './caller-reading.ts'
import { allOf, findingAt, literalOf, type Placed } from './lint-finding.ts'
import { secretInClear } from './secret-in-clear.ts'
import { unreachable } from './unreachable.ts'

/** What can be said of one document by itself, whatever stands around it. */
export function lintDocument(file: PolicyFile): readonly Diagnostic[] {
  const all = file.roots.flatMap(element => allOf({ element, file }))
  return [...all.flatMap(placed => rules.flatMap(rule => rule(placed))), ...unreachable(file)]
}

/** What can be said of a document that stands alone: its policies cannot be followed from scope to scope. */
export function lintAlone(file: PolicyFile): readonly Diagnostic[] {
  return [...lintDocument(file), ...chosenKeys(file)]
}

type Rule = (placed: Placed) => readonly Diagnostic[]

const rules: readonly Rule[] = [secretInClear, audience, issuer]

function audience(placed: Placed): readonly Diagnostic[] {
  if (placed.element.name !== 'validate-jwt' || childrenNamed(placed.element, 'audiences').length > 0) return []
  const asks = childrenNamed(placed.element, 'required-claims').flatMap(list => childrenNamed(list, 'claim'))
  if (asks.some(claim => literalOf(claim, 'name') === 'aud')) return []
  return [findingAt(placed, 'lint.no-audience', 'any audience is taken')]
}

function issuer(placed: Placed): readonly Diagnostic[] {
  const { element } = placed
  if (element.name !== 'validate-jwt') return []
  const says = ['issuers', 'openid-config'].some(name => childrenNamed(element, name).length > 0)
  return says ? [] : [findingAt(placed, 'lint.no-issuer', 'any issuer is taken whose key is here')]
}

/** Limits whose key shows in the document itself to be the caller's choice. */
function chosenKeys(file: PolicyFile): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  const read = readingReader()
  const parts: PartsReader = at => at.element.children.map(element => ({ ...at, element }))
  const visit: FlowOptions['visit'] = (placed, flow) => void found.push(...callerChosenKey(placed, flow, read))
  const roots = file.roots.flatMap(root => (root.name === 'policies' ? root.children : [root]))
  for (const root of roots) {
    const policies = sections.has(root.name) ? root.children : [root]
    const placed = policies.map(element => ({ element, file, scope: 'api' as const }))
    follow(placed, atFirst, { parts, read, visit, message: root.name === 'outbound' ? 'response' : 'request' })
  }
  return found
}

const sections = new Set(['inbound', 'backend', 'outbound', 'on-error', 'fragment'])
