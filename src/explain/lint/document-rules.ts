import type { Diagnostic } from '../../catalog/diagnostic.ts'
import type { PolicyElement, PolicyFile } from '../../policies/read/read-policy.ts'
import { childrenNamed } from '../policy-texts.ts'
import { allOf, expressionsOf, findingAt, literalOf, type Placed } from './lint-finding.ts'
import { unreachable } from './unreachable.ts'

/** What can be said of one document by itself, whatever stands around it. */
export function lintDocument(file: PolicyFile): readonly Diagnostic[] {
  const all = file.roots.flatMap(element => allOf({ element, file }))
  return [...all.flatMap(placed => rules.flatMap(rule => rule(placed))), ...unreachable(file)]
}

type Rule = (placed: Placed) => readonly Diagnostic[]

const rules: readonly Rule[] = [secretInClear, audience, issuer, callerChosenKey]

const credentialHeader = /^(authorization|ocp-apim-subscription-key|x-functions-key|api-?key|x-api-?key|proxy-authorization)$/i
const credentialParameter = /^(code|sig|key|api-?key|subscription-key|access_token|client_secret)$/i
/** A text that is written as a credential of its own: `client_secret=…` in a form, an account key, a shared access signature. */
const credentialText = /(?:client_secret|password|AccountKey|SharedAccessKey)=(?![=<>{"'&;\s+@(]|$)[^\s&;"'{<]{4,}/i

function secretInClear(placed: Placed): readonly Diagnostic[] {
  const { element } = placed
  const found = (what: string) => [findingAt(placed, 'lint.secret-in-clear', `${what} stands here in clear`)]
  const name = literalOf(element, 'name') ?? ''
  if (element.name === 'set-header' && credentialHeader.test(name) && valuesOf(element).some(isCredential))
    return found(`the value of the header ${name}`)
  if (element.name === 'set-query-parameter' && credentialParameter.test(name) && valuesOf(element).some(isCredential))
    return found(`the value of the query parameter ${name}`)
  if (element.name === 'authentication-basic' && isCredential(literalOf(element, 'password') ?? '')) return found('a password')
  if (element.name === 'authentication-certificate' && isCredential(literalOf(element, 'password') ?? ''))
    return found('a password')
  if (element.name === 'key' && isSymmetric(element)) return found('a signing key')
  const texts = [...expressionsOf(element), ...literalsOf(element)]
  return texts.some(text => credentialText.test(text)) ? found('a credential') : []
}

const literalsOf = ({ attributes, text }: PolicyElement) =>
  [...attributes.map(({ value }) => value), ...(text === undefined ? [] : [text])]
    .filter(({ kind }) => kind === 'literal')
    .map(({ source }) => source.text)

const valuesOf = (element: PolicyElement) =>
  childrenNamed(element, 'value').flatMap(({ text }) => (text?.kind === 'literal' ? [text.source.text.trim()] : []))

/** A named value is not in clear, an empty text is none, and a bare scheme is what removes a credential. */
const isCredential = (text: string) => text.length > 3 && !text.includes('{{') && !/^(bearer|basic)$/i.test(text)

/** `<key>` of the issuer's signing keys or decryption keys with a key as its text. */
function isSymmetric({ text, attributes }: PolicyElement): boolean {
  const isNamed = attributes.some(({ name }) => name === 'certificate-id' || name === 'n')
  return !isNamed && text?.kind === 'literal' && /^[A-Za-z0-9+/=_-]{16,}$/.test(text.source.text.trim())
}

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
