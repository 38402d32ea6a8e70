import type { NamedValue } from '../../catalog/catalog.ts'
import { credentialForm } from './credential-form.ts'

/** What may be shown of a call: never a token, a key, a cookie or a secret named value. */
export interface Redactor {
  text(text: string): string
  /** An absolute or relative URL with its query. */
  url(url: string): string
  header(name: string, value: string): string
  /** A variable's value: only texts, numbers and booleans are shown, and none whose name says that it is a secret. */
  variable(name: string, value: unknown): string
}

/** Characters of a value that are shown. */
const maxShown = 1000
const hidden = '***'

/** Names of header fields that carry credentials. */
export const credentialNames =
  /authorization|cookie|secret|password|token|api-?key|subscription-key|functions-key|signature|(^|-)key$|^x-arr-clientcert$/i
export const secretVariable = /token|secret|password|passphrase|credential|assertion|signature|api-?key|key$|authorization/i
/** Names of query parameters that carry credentials. */
export const secretParameter =
  /^(subscription-key|code|sig|key|api-?key|access_token|id_token|token|client_secret|password|client_assertion|assertion)$/i
/** What a value of `Authorization` begins with. */
export const credentialScheme = /^(bearer|basic|digest|negotiate|sharedaccesssignature|sharedkey)\s/i
/** A compact JWS or JWE (RFC 7515 §3.1): its header is a JSON object, `{"` in base64url. */
const compactToken = /\beyJ[\w-]+(?:\.[\w-]*){1,4}/g

/** For one workspace: it knows the secret named values. */
export function redactorFor(namedValues: readonly NamedValue[]): Redactor {
  const secrets = namedValues.flatMap(({ secret, value, displayName }) =>
    secret && value !== undefined && value.length > 2 ? [[value, `{{${displayName}}}`] as const] : [],
  )
  const text = (value: string) => {
    const named = secrets.reduce((shown, [secret, name]) => shown.replaceAll(secret, () => name), value)
    return shorten(named.replace(compactToken, 'eyJ…').replace(credentialForm, hidden))
  }
  return {
    text,
    url: url => text(withoutSecrets(url)),
    header: (name, value) => (credentialNames.test(name) ? hiddenCredential(value) : text(value)),
    variable: (name, value) => {
      if (typeof value === 'string') return secretVariable.test(name) && value !== '' ? hidden : text(value)
      if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
      return value === null || value === undefined ? 'null' : '(an object)'
    },
  }
}

/** The scheme of `Authorization` is no secret, and often what is wrong. */
function hiddenCredential(value: string): string {
  const scheme = credentialScheme.exec(value)?.[1]
  return scheme === undefined ? hidden : `${scheme} ${hidden}`
}

function withoutSecrets(url: string): string {
  return url
    .replace(/\/\/[^/@?#]*@/, `//${hidden}@`)
    .replace(/([?&])([^=&#]+)=([^&#]*)/g, (whole, sign: string, name: string) =>
      secretParameter.test(name) ? `${sign}${name}=${hidden}` : whole,
    )
}

const shorten = (text: string) => (text.length > maxShown ? `${text.slice(0, maxShown)}… (${text.length} characters)` : text)
