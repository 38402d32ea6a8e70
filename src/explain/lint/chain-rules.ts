import type { Diagnostic } from '../../catalog/diagnostic.ts'
import type { AppliedDocument, EffectiveElement } from '../effective-section.ts'
import { descendants } from '../policy-texts.ts'
import { allOf, expressionsOf, findingAt, literalOf, tokenPolicies } from './lint-finding.ts'

/** The sections of one way into an operation, composed. */
export interface ChainSections {
  readonly inbound: readonly EffectiveElement[]
  readonly backend: readonly EffectiveElement[]
  readonly outbound: readonly EffectiveElement[]
  /** Documents whose inbound section a narrower one drops, with its checks. */
  readonly dropped: readonly {
    readonly document: AppliedDocument
    readonly lost: EffectiveElement
    readonly by: EffectiveElement
  }[]
}

/** What only the chain of all scopes shows. */
export function lintChain(chain: ChainSections): readonly Diagnostic[] {
  return [...unvalidatedTokens(chain), ...cachedBeforeToken(chain), ...refusedLate(chain), ...missingBase(chain)]
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

function turnsAway(element: EffectiveElement['element']): boolean {
  const code = element.children.find(({ name }) => name === 'set-status')
  return code !== undefined && ['401', '403'].includes(literalOf(code, 'code') ?? '')
}

function missingBase({ dropped }: ChainSections): readonly Diagnostic[] {
  return dropped.map(({ document, lost, by }) => {
    const { line } = lost.file.lines.position(lost.element.offset)
    const message = `without <base /> the \`${lost.element.name}\` of ${document.file}:${line} (${document.scope}) does not run`
    return findingAt(by, 'lint.missing-base', message)
  })
}

/** Policies that turn calls away. */
const guards = new Set([...tokenPolicies, 'ip-filter', 'check-header', 'validate-client-certificate', 'rate-limit', 'quota'])

/** The first check among policies, also inside of others. */
export function firstGuard(elements: readonly EffectiveElement[]): EffectiveElement | undefined {
  return elements.find(({ element }) => [element, ...descendants(element)].some(({ name }) => guards.has(name)))
}
