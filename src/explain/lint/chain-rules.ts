import type { Diagnostic } from '../../catalog/diagnostic.ts'
import type { EffectiveElement } from '../effective-section.ts'
import { allOf, expressionsOf, findingAt, tokenPolicies, turnsAway } from './lint-finding.ts'

/** The sections of one way into an operation, composed. */
export interface ChainSections {
  readonly inbound: readonly EffectiveElement[]
  readonly backend: readonly EffectiveElement[]
  readonly outbound: readonly EffectiveElement[]
}

/** What only the chain of all scopes shows. */
export function lintChain(chain: ChainSections): readonly Diagnostic[] {
  return [...unvalidatedTokens(chain), ...cachedBeforeToken(chain), ...refusedLate(chain)]
}

/** `AsJwt()` decodes and checks nothing; the request's own token is what validation is about. */
const readsToken = /Headers[\s\S]{0,200}Authorization[\s\S]{0,200}\.\s*(?:AsJwt|TryParseJwt)\s*\(/i

function unvalidatedTokens({ inbound, backend, outbound }: ChainSections): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  for (const placed of [...inbound, ...backend, ...outbound]) {
    if (tokenPolicies.has(placed.element.name)) return found
    for (const one of allOf(placed)) {
      // what a branch validates counts for what follows in it, which no text can tell for sure: such a branch is left alone
      if (tokenPolicies.has(one.element.name)) break
      if (expressionsOf(one.element).some(text => readsToken.test(text)))
        found.push(findingAt(one, 'lint.unvalidated-token', 'claims are read from a token that nobody has validated so far'))
    }
  }
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
