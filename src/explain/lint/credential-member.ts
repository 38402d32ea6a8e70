import { isCredential } from './credential-value.ts'

/** Members that hold a secret which somebody chose: any word may be one. */
const chosen = /^(?:.*[-_.])?(?:client[-_]?secret|password|passwd|pwd|passphrase)$|[a-z](?:ClientSecret|Password|Passphrase)$/i
/** Members that hold a key which was made: letters and digits, and not few. */
const made =
  /^(?:.*[-_.])?(?:(?:api|subscription|function|access|account|shared|signing|private|master)[-_]?key|secret|(?:access|bearer|auth|api|sas|refresh)[-_]?token)$/i
const keyLike = /^(?=.*\d)(?=.*[a-z]).{8,}$/i
/** What schemas, samples and messages say of such a member. */
const word =
  /^(?:string|text|number|boolean|object|null|true|false|none|empty|required|optional|missing|invalid|hidden|redacted|removed|secret|password|token|key|value)$/i

/** A text in which a credential may stand once an expression has put it together. */
export const namesCredential = (text: string) => /secret|passw|pwd|passphrase|key|token/i.test(text)

/** Whether what is called so in a body, and has that value, is a credential. */
export function isMember(name: string | undefined, value: string | undefined): boolean {
  if (name === undefined || !isCredential(value) || /\s/.test(value) || word.test(value)) return false
  return chosen.test(name) || (made.test(name) && keyLike.test(value))
}
