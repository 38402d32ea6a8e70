import type { Diagnostic } from '../../catalog/diagnostic.ts'
import type { PolicyFile } from '../../policies/read/read-policy.ts'
import { childrenNamed } from '../policy-texts.ts'
import { allOf, findingAt, literalOf, type Placed } from './lint-finding.ts'
import { secretInClear } from './secret-in-clear.ts'
import { unreachable } from './unreachable.ts'

/** What can be said of one document by itself, whatever stands around it. */
export function lintDocument(file: PolicyFile): readonly Diagnostic[] {
  const all = file.roots.flatMap(element => allOf({ element, file }))
  return [...all.flatMap(placed => rules.flatMap(rule => rule(placed))), ...unreachable(file)]
}

type Rule = (placed: Placed) => readonly Diagnostic[]

const rules: readonly Rule[] = [secretInClear, audience, issuer, callerChosenKey]

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

const keyed = new Map([
  ['rate-limit-by-key', 'counter-key'],
  ['quota-by-key', 'counter-key'],
])
/** What a caller sends as it likes. A token's claims and the caller's address are looked at apart. */
const callersOwn = /\bRequest\s*\.\s*(?:Headers|OriginalUrl|Url\s*\.\s*Query|Body)\b/

function callerChosenKey(placed: Placed): readonly Diagnostic[] {
  const attribute = keyed.get(placed.element.name)
  const value = placed.element.attributes.find(({ name }) => name === attribute)?.value
  if (value?.kind !== 'expression') return []
  const text = value.source.text
  const isSound = /AsJwt\s*\(|\bSubscription\b|\bIpAddress\b|\bUser\b|\bCertificate\b/.test(text)
  if (isSound || !callersOwn.test(text)) return []
  return [findingAt(placed, 'lint.caller-chosen-key', `the key of \`${placed.element.name}\` is what the caller sends`)]
}
