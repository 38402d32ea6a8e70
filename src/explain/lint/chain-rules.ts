import type { Diagnostic } from '../../catalog/diagnostic.ts'
import type { EffectiveElement, PartsReader } from '../effective-section.ts'
import { atFirst, type FlowOptions, follow } from './call-flow.ts'
import { callerChosenKey } from './caller-chosen-key.ts'
import type { ReadExpression } from './caller-reading.ts'
import { allOf, findingAt, tokenPolicies, turnsAway } from './lint-finding.ts'
import { unvalidatedToken } from './unvalidated-token.ts'

/** The sections of one way into an operation, composed. */
export interface ChainSections {
  readonly inbound: readonly EffectiveElement[]
  readonly backend: readonly EffectiveElement[]
  readonly outbound: readonly EffectiveElement[]
}

/** What only the chain of all scopes shows. */
export function lintChain(chain: ChainSections, parts: PartsReader, read: ReadExpression): readonly Diagnostic[] {
  return [...followed(chain, parts, read), ...cachedBeforeToken(chain), ...refusedLate(chain)]
}

/** What shows when a call is followed from policy to policy. */
function followed(
  { inbound, backend, outbound }: ChainSections,
  parts: PartsReader,
  read: ReadExpression,
): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  const visit: FlowOptions['visit'] = (placed, flow) =>
    void found.push(...unvalidatedToken(placed, flow, read), ...callerChosenKey(placed, flow, read))
  const forwarded = follow([...inbound, ...backend], atFirst, { parts, read, visit, message: 'request' })
  if (forwarded !== undefined) follow(outbound, forwarded, { parts, read, visit, message: 'response' })
  return found
}

function cachedBeforeToken({ inbound }: ChainSections): readonly Diagnostic[] {
  const token = inbound.findIndex(({ element }) => tokenPolicies.has(element.name))
  return inbound
    .slice(0, Math.max(0, token))
    .filter(({ element }) => element.name === 'cache-lookup')
    .map(placed =>
      findingAt(placed, 'lint.cached-before-token', 'a response is taken from the cache before the token is validated'),
    )
}

function refusedLate({ backend, outbound }: ChainSections): readonly Diagnostic[] {
  const forward = backend.findIndex(({ element }) => element.name === 'forward-request')
  return [...(forward < 0 ? [] : backend.slice(forward + 1)), ...outbound].flatMap(placed =>
    allOf(placed)
      .filter(({ element }) => element.name === 'return-response' && turnsAway(element))
      .map(one => findingAt(one, 'lint.refused-late', 'the caller is turned away after the backend has answered')),
  )
}
