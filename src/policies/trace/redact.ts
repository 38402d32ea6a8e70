import type { NamedValue } from '../../catalog/catalog.ts'
import { longestStart, withoutCredentials } from './credential-form.ts'
import { namesCredential } from './credential-name.ts'
import { SecretValues } from './secret-values.ts'
import { withoutUrlCredentials } from './url-credentials.ts'

/** What may be shown of a call: never a token, a key, a cookie or a secret named value. */
export interface Redactor {
  /** A sentence, a URL, or something that holds them. */
  text(text: string): string
  /** A text that may be what `Authorization` carries. */
  value(value: string): string
  header(name: string, value: string): string
  /** A variable's value: only texts, numbers and booleans are shown, and none whose name says that it is a secret. */
  variable(name: string, value: unknown): string
  /** One that hides these texts too. */
  hiding(texts: readonly string[]): Redactor
}

/** Characters of a value that are shown, and those that are looked at: what is hidden makes a text shorter. */
const maxShown = 1000
const maxRead = 4 * maxShown
const hidden = '***'

/** What a value of `Authorization` begins with. */
const credentialScheme =
  /^\s*(bearer|basic|digest|negotiate|ntlm|dpop|sharedaccesssignature|sharedkey|sharedkeylite|aws4-hmac-sha256)\s/i

const redactors = new WeakMap<readonly NamedValue[], Redactor>()

/** For one workspace: it knows the secret named values, and in what ways each may be written is found out once. */
export function redactorFor(namedValues: readonly NamedValue[]): Redactor {
  const redactor = redactors.get(namedValues) ?? redactorOf(new SecretValues(namedValues))
  redactors.set(namedValues, redactor)
  return redactor
}

function redactorOf(secrets: SecretValues): Redactor {
  const hide = (text: string) => withoutCredentials(withoutUrlCredentials(secrets.hide(text)))
  /** At the end of what is looked at a credential may stand that is not known without its rest. */
  const margin = Math.max(longestStart, secrets.longest)
  const text = (whole: string) => {
    const shown = whole.length > maxRead ? hide(whole.slice(0, maxRead + margin)).slice(0, -margin) : hide(whole)
    const isCut = whole.length > maxRead || shown.length > maxShown
    return isCut ? `${shown.slice(0, maxShown)}… (${whole.length} characters)` : shown
  }
  const value = (whole: string) => hiddenCredential(whole) ?? text(whole)
  return {
    text,
    value,
    header: (name, whole) => (namesCredential(name) ? (hiddenCredential(whole) ?? hidden) : value(whole)),
    variable: (name, whole) => {
      if (typeof whole === 'string') return namesCredential(name) && whole !== '' ? hidden : value(whole)
      if (typeof whole === 'number' || typeof whole === 'boolean' || typeof whole === 'bigint') return String(whole)
      return whole === null || whole === undefined ? 'null' : '(an object)'
    },
    hiding: texts => redactorOf(secrets.and(texts)),
  }
}

/** The scheme of `Authorization` is no secret, and often what is wrong. */
function hiddenCredential(value: string): string | undefined {
  const scheme = credentialScheme.exec(value)?.[1]
  return scheme === undefined ? undefined : `${scheme} ${hidden}`
}
