import { type Allowed, checks, csharpText, policies, type TokenRule, tokenChecks } from './access-policy.ts'
import { element, type XmlElement } from './xml-writer.ts'

/** Operations of an API that the same callers may call through a product. */
export interface ProductRule {
  readonly api: string
  readonly operations: readonly string[]
  readonly allowed: Allowed
}

/**
 * A product's policy: no valid token, no call (401); then, operation by operation, one of the roles or groups (403). What no rule names is denied. One set of
 * callers for all of it needs no conditions.
 */
export function productPolicy(rule: TokenRule, rules: readonly ProductRule[]): string {
  const [only] = rules
  const same = only !== undefined && rules.every(({ allowed }) => JSON.stringify(allowed) === JSON.stringify(only.allowed))
  if (same) return policies([...tokenChecks(rule), ...checks(rule, only.allowed)])
  const branches = rules.map(({ api, operations, allowed }) =>
    element('when', { condition: isOneOf(api, operations) }, checks(rule, allowed)),
  )
  const otherwise = element('otherwise', {}, checks(rule, { roles: [], groups: [] }))
  return policies([...tokenChecks(rule), choose(branches, otherwise)])
}

function choose(branches: readonly XmlElement[], otherwise: XmlElement): XmlElement {
  return element('choose', {}, [...branches, otherwise])
}

function isOneOf(api: string, operations: readonly string[]): string {
  const tests = operations.map(name => `context.Operation.Id == ${csharpText(name)}`)
  return `@(context.Api.Id == ${csharpText(api)} && (${tests.join(' || ')}))`
}
