import type { RedisSettings, StoreSettings } from '../catalog/catalog.ts'
import { readSecret, type SettingsReader } from './certificates/secret-source.ts'
import { gatehouseKeys } from './known-keys.ts'
import type { Fields } from './text/fields.ts'
import { memberOf } from './text/text-node.ts'
import { within } from './within.ts'

const defaultPrefix = 'gatehouse'

/** `store` of gatehouse.yaml: undefined without a Redis, or after a fault in what leads to it was reported. */
export async function readStore(root: Fields | undefined, reader: SettingsReader): Promise<StoreSettings | undefined> {
  const store = root?.fields('store')
  if (store === undefined) return undefined
  store.refuseOthers(gatehouseKeys.store)
  const redis = await readRedis(store, reader)
  const limitsWhenAway = store.choice('limitsWhenAway', ['local', 'allow', 'refuse']) ?? 'local'
  return redis === undefined ? undefined : { redis, limitsWhenAway }
}

async function readRedis(store: Fields, reader: SettingsReader): Promise<RedisSettings | undefined> {
  const isReference = memberOf(store.node, 'redis')?.kind === 'object'
  const raw = isReference ? await readSecret(store, 'redis', reader) : store.requiredText('redis')
  const at = store.at('redis')
  const username = store.text('username')
  const password = await readSecret(store, 'password', reader)
  const ca = await certificates(store, reader)
  const prefix = readPrefix(store, reader)
  if (raw === undefined) return undefined
  const parsed = parseRedisUrl(raw)
  if (parsed === undefined) {
    // not quoted when it came from elsewhere: it may hold a password
    const what = isReference ? 'what it leads to' : `'${raw}'`
    reader.report.error(at, 'value.format', `${what} is no Redis URL`, 'write redis://host:port, or rediss:// for TLS')
    return undefined
  }
  if (parsed.password !== undefined && !isReference) {
    const mend = 'take it out, and write password: { environment: NAME } beside it'
    reader.report.error(at, 'secret.inSettings', 'the URL holds a password, and settings are committed', mend)
    return undefined
  }
  const user = username ?? parsed.username
  const secret = password ?? parsed.password
  return {
    url: parsed.url,
    ...(user === undefined ? {} : { username: user }),
    ...(secret === undefined ? {} : { password: secret }),
    ...(ca === undefined ? {} : { ca }),
    prefix,
  }
}

/** It stands in front of every key, and `:` behind it. */
function readPrefix(store: Fields, { report }: SettingsReader): string {
  const prefix = store.text('prefix') ?? defaultPrefix
  if (/^[\w.-]{1,64}$/.test(prefix)) return prefix
  report.error(
    store.at('prefix'),
    'value.format',
    `'${prefix}' is no prefix`,
    'write letters, digits, `.`, `-` and `_`, 64 at most',
  )
  return defaultPrefix
}

async function certificates(store: Fields, { folder, files, report }: SettingsReader): Promise<string | undefined> {
  const path = store.text('ca')
  if (path === undefined) return undefined
  const file = within(folder, path)
  const text = await files.text(file)
  if (text?.includes('-----BEGIN CERTIFICATE-----') === true) return text
  report.error(store.at('ca'), 'value.format', `there are no PEM certificates in ${file}`)
  return undefined
}

export interface RedisAddress {
  /** Without credentials. */
  readonly url: string
  readonly username?: string
  readonly password?: string
}

/** Reads `redis[s]://[[user][:password]@]host[:port][/database]`; undefined for anything else. */
export function parseRedisUrl(raw: string): RedisAddress | undefined {
  if (!/^rediss?:\/\//i.test(raw) || !URL.canParse(raw)) return undefined
  const url = new URL(raw)
  const { username, password, hostname, pathname, search, hash } = url
  if (hostname === '' || search !== '' || hash !== '' || !/^(\/\d{0,4})?$/.test(pathname)) return undefined
  const [user, secret] = [decoded(username), decoded(password)]
  if (user === undefined || secret === undefined) return undefined
  url.username = ''
  url.password = ''
  return { url: url.href, ...(user === '' ? {} : { username: user }), ...(secret === '' ? {} : { password: secret }) }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
