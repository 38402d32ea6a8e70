import { readSecret, type SettingsReader } from './certificates/secret-source.ts'
import type { Fields } from './text/fields.ts'
import { memberOf } from './text/text-node.ts'

export interface Login {
  readonly username?: string
  readonly password?: string
}

/** What the URL of one kind of store looks like. */
export interface AddressForm<T extends Login> {
  /** Undefined for anything else. */
  parse(raw: string): T | undefined
  /** `Redis URL`. */
  readonly name: string
  readonly mend: string
}

/** Where a store is: a URL, or a reference to one that holds a password. Undefined after a fault was told. */
export async function readAddress<T extends Login>(
  fields: Fields,
  key: string,
  reader: SettingsReader,
  form: AddressForm<T>,
): Promise<T | undefined> {
  const isReference = memberOf(fields.node, key)?.kind === 'object'
  const raw = isReference ? await readSecret(fields, key, reader) : fields.requiredText(key)
  if (raw === undefined) return undefined
  const address = form.parse(raw)
  const at = fields.at(key)
  if (address === undefined) {
    // not quoted when it may hold a password
    const what = isReference ? 'what it leads to' : raw.includes('@') ? 'this' : `'${raw}'`
    reader.report.error(at, 'value.format', `${what} is no ${form.name}`, form.mend)
    return undefined
  }
  if (address.password !== undefined && !isReference) {
    const mend = 'take it out, and write password: { environment: NAME } beside it'
    reader.report.error(at, 'secret.inSettings', 'the URL holds a password, and settings are committed', mend)
    return undefined
  }
  return address
}

/** `username` and `password` beside a URL, which go before those in it. */
export async function readLogin(fields: Fields, reader: SettingsReader): Promise<Login> {
  const username = fields.text('username')
  const password = await readSecret(fields, 'password', reader)
  return { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) }
}

/** The login that stands in a URL; undefined when it is not encoded as URLs are. */
export function loginIn({ username, password }: URL): Login | undefined {
  try {
    const [user, secret] = [decodeURIComponent(username), decodeURIComponent(password)]
    return { ...(user === '' ? {} : { username: user }), ...(secret === '' ? {} : { password: secret }) }
  } catch {
    return undefined
  }
}
