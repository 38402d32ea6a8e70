import type { Diagnostic } from '../../catalog/diagnostic.ts'
import { nodesIn, readsCall, type SyntaxNode, stringIn, stringsIn, syntaxOf } from '../../policies/read/expression-syntax.ts'
import type { PolicyElement, PolicyText } from '../../policies/read/read-policy.ts'
import { credentialForm } from '../../policies/trace/credential-form.ts'
import { childrenNamed } from '../policy-texts.ts'
import { constantOf } from './constant-of.ts'
import { holdsJsonCredential, isJsonCredential } from './credential-in-json.ts'
import { holdsXmlCredential, isXmlCredential } from './credential-in-xml.ts'
import { namesCredential } from './credential-member.ts'
import { isCredential } from './credential-value.ts'
import { findingAt, literalOf, type Placed } from './lint-finding.ts'

const credentialHeader = /^(authorization|ocp-apim-subscription-key|x-functions-key|api-?key|x-api-?key|proxy-authorization)$/i
const credentialParameter = /^(code|sig|key|api-?key|subscription-key|access_token|client_secret)$/i
/** Variables that are called by what they hold; `secretName` and `tokenEndpoint` hold something else. */
const credentialVariable =
  /(?:api|subscription|function|access|account|shared|signing|master|host)[-_.]?key$|secret$|(?:access|bearer|auth|api|sas)[-_.]?token$/i
const passwordVariable = /pass(?:word|wd)?$|pwd$/i

/** Policies whose text is an address: there `code=…` and its like are keys. */
const addresses = new Set(['set-url', 'rewrite-uri', 'set-backend-service'])

/** A text that is written as a credential of its own: `client_secret=…` in a form, an account key, a shared access signature. */
const credentialText = /(?:client_secret|password|AccountKey|SharedAccessKey)=(?![=<>{"'&;\s+@(]|$)[^\s&;"'{<]{4,}/i
const signature = /[?&](?:amp;)?sig=(?<secret>[A-Za-z0-9%+/_-]{16,})/i
const keyInAddress = /[?&](?:amp;)?(?:code|key|api-?key|subscription-key|access_token)=(?<secret>[A-Za-z0-9%+/=_.-]{8,})/i
/** `https://user:password@host`. */
const userInAddress = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@{}<>"'$[\]]+:(?<secret>[^\s/@{}<>"'$[\]]{3,})@[^\s/@]/i
/** `user:password`, as it is encoded for Basic authentication. */
const userAndPassword = /^[^\s:{}<>/]+:(?<secret>[^\s{}<>/]{3,})$/
const schemeAndToken = /^(?:bearer|basic)\s+(?<secret>[A-Za-z0-9+/=_.~-]{8,})$/i

/** Credentials that stand in one policy, as a literal or in its expressions. */
export function secretInClear(placed: Placed): readonly Diagnostic[] {
  const what = secretIn(placed.element)
  return what === undefined ? [] : [findingAt(placed, 'lint.secret-in-clear', `${what} stands here in clear`)]
}

function secretIn(element: PolicyElement): string | undefined {
  const name = literalOf(element, 'name') ?? ''
  if (element.name === 'set-header' && credentialHeader.test(name) && childrenNamed(element, 'value').some(isHeaderValue))
    return `the value of the header ${name}`
  if (element.name === 'set-query-parameter' && credentialParameter.test(name)) {
    const values = childrenNamed(element, 'value').map(({ text }) => knownText(text))
    if (values.some(isCredential)) return `the value of the query parameter ${name}`
  }
  if (element.name === 'set-variable' && isVariable(name, knownText(attribute(element, 'value'))))
    return `the value of the variable ${name}`
  if (/^authentication-(?:basic|certificate)$/.test(element.name) && isCredential(literalOf(element, 'password')))
    return 'a password'
  if (element.name === 'key' && isSymmetric(element)) return 'a signing key'
  // XML that stands in a policy as it is
  if (element.name === 'set-body' && element.children.length > 0 && holdsXmlCredential(element.inner.text)) return 'a credential'
  return valuesOf(element).some(value => holdsCredential(value, element.name)) ? 'a credential' : undefined
}

const attribute = ({ attributes }: PolicyElement, name: string) => attributes.find(one => one.name === name)?.value

const valuesOf = ({ attributes, text }: PolicyElement): readonly PolicyText[] => [
  ...attributes.map(({ value }) => value),
  ...(text === undefined ? [] : [text]),
]

/** What is known of a value before any call: a literal, or an expression that reads nothing. */
function knownText(value: PolicyText | undefined): string | undefined {
  return value?.kind === 'expression' ? constantOf(value.source.text) : value?.source.text.trim()
}

function isHeaderValue({ text }: PolicyElement): boolean {
  // that text is found by itself
  if (text !== undefined && holdsCredential(text, 'value')) return false
  if (isCredential(knownText(text))) return true
  const syntax = text?.kind === 'expression' ? syntaxOf(text.source.text) : undefined
  return syntax !== undefined && stringsIn(syntax).some(one => holds(schemeAndToken, one))
}

/** Whether a variable that is called so holds a credential, and not what one is called or where it is. */
function isVariable(name: string, value: string | undefined): boolean {
  if (value === undefined || !isCredential(value) || /\s|:\/\//.test(value)) return false
  if (passwordVariable.test(name)) return true
  return credentialVariable.test(name) && /^(?=.*\d)(?=.*[a-z]).{8,}$/i.test(value)
}

/** `<key>` of the issuer's signing keys or decryption keys with a key as its text. */
function isSymmetric({ text, attributes }: PolicyElement): boolean {
  const isNamed = attributes.some(({ name }) => name === 'certificate-id' || name === 'n')
  return !isNamed && text?.kind === 'literal' && /^[A-Za-z0-9+/=_-]{16,}$/.test(text.source.text.trim())
}

function holdsCredential({ kind, source }: PolicyText, element: string): boolean {
  if (kind === 'literal') return isCredentialText(source.text, element)
  const syntax = syntaxOf(source.text)
  if (syntax === undefined) return false
  const texts = stringsIn(syntax)
  if (texts.some(text => isCredentialText(text, element)) || [...nodesIn(syntax)].some(isCredentialInCode)) return true
  const whole = texts.length > 1 && texts.some(namesCredential) ? constantOf(source.text) : undefined
  return whole !== undefined && holdsMember(whole)
}

function isCredentialText(text: string, element: string): boolean {
  if (credentialText.test(text) || holds(signature, text) || holds(userInAddress, text) || holdsMember(text)) return true
  if (text.match(credentialForm)?.some(isCredential)) return true
  return addresses.has(element) && holds(keyInAddress, text)
}

const holdsMember = (body: string) => holdsJsonCredential(body) || holdsXmlCredential(body)

/** Whether a text has the form, with what is no placeholder at the secret's place. */
const holds = (form: RegExp, text: string) => isCredential(form.exec(text)?.groups?.secret)

/** A pair that is encoded for Basic authentication, the key of a signature, a member of a body, a variable that is called by what it holds. */
function isCredentialInCode(node: SyntaxNode): boolean {
  if (isJsonCredential(node) || isXmlCredential(node)) return true
  if (node.kind === 'call' && node.target.kind === 'member' && node.target.name === 'ToBase64String')
    return stringsIn(node.args).some(text => holds(userAndPassword, text))
  if (node.kind === 'new' && node.type.kind === 'named type' && /^HMAC/.test(node.type.parts.at(-1)?.name ?? ''))
    return !readsCall(node) && stringsIn(node.args).some(text => text.length >= 8 && isCredential(text))
  if (node.kind !== 'local declaration') return false
  return node.declarators.some(({ name, value }) => isVariable(name, stringIn(value)))
}
