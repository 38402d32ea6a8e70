import type { RedisSettings, StoreSettings } from '../catalog/settings.ts'
import type { SettingsReader } from './certificates/secret-source.ts'
import { readServerAuthorities } from './certificates/server-authorities.ts'
import { gatehouseKeys } from './known-keys.ts'
import { readPostgres } from './postgres-settings.ts'
import { type Login, loginIn, readAddress, readLogin } from './store-address.ts'
import type { Fields } from './text/fields.ts'
import { memberOf } from './text/text-node.ts'

const defaultPrefix = 'gatehouse'
/** Keys that stand beside `redis` and say something of it. */
const redisKeys = ['username', 'password', 'ca', 'prefix', 'limitsWhenAway'] as const

/** `store` of gatehouse.yaml: undefined when nothing is shared, or after a fault in what leads to it was reported. */
export async function readStore(root: Fields | undefined, reader: SettingsReader): Promise<StoreSettings | undefined> {
  const store = root?.fields('store')
  if (store === undefined) return undefined
  store.refuseOthers(gatehouseKeys.store)
  const [hasRedis, hasPostgres] = [isThere(store, 'redis'), isThere(store, 'postgres')]
  if (!hasRedis && !hasPostgres) {
    reader.report.error(store.node.at, 'value.missing', 'it names no store', 'write redis: or postgres: with the URL of one')
    return undefined
  }
  if (!hasRedis) refuseRedisKeys(store, reader)
  const redis = hasRedis ? await readRedis(store, reader) : undefined
  const limitsWhenAway = store.choice('limitsWhenAway', ['local', 'allow', 'refuse']) ?? 'local'
  const postgres = hasPostgres ? await readPostgres(store, reader) : undefined
  if (redis === undefined && postgres === undefined) return undefined
  return { ...(redis === undefined ? {} : { redis }), limitsWhenAway, ...(postgres === undefined ? {} : { postgres }) }
}

const isThere = (store: Fields, key: string) => memberOf(store.node, key) !== undefined

/** A password, say, that stands beside the wrong store would do nothing. */
function refuseRedisKeys(store: Fields, { report }: SettingsReader): void {
  for (const [key, { keyAt }] of store.node.members) {
    if (!redisKeys.some(name => name === key)) continue
    const mend = 'what is said of PostgreSQL stands in postgres: { url: …, username: …, password: …, ca: …, schema: … }'
    report.error(keyAt, 'key.unknown', `'${key}' is said of Redis, and there is no 'redis'`, mend)
  }
}

async function readRedis(store: Fields, reader: SettingsReader): Promise<RedisSettings | undefined> {
  const address = await readAddress(store, 'redis', reader, {
    parse: parseRedisUrl,
    name: 'Redis URL',
    mend: 'write redis://host:port, or rediss:// for TLS',
  })
  const login = await readLogin(store, reader)
  const ca = await readServerAuthorities(store, reader)
  const prefix = readPrefix(store, reader)
  return address === undefined ? undefined : { ...address, ...login, ...(ca === undefined ? {} : { ca }), prefix }
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

export interface RedisAddress extends Login {
  /** Without credentials. */
  readonly url: string
}

/** Reads `redis[s]://[[user][:password]@]host[:port][/database]`; undefined for anything else. */
export function parseRedisUrl(raw: string): RedisAddress | undefined {
  if (!/^rediss?:\/\//i.test(raw) || !URL.canParse(raw)) return undefined
  const url = new URL(raw)
  const { hostname, pathname, search, hash } = url
  if (hostname === '' || search !== '' || hash !== '' || !/^(\/\d{0,4})?$/.test(pathname)) return undefined
  const login = loginIn(url)
  if (login === undefined) return undefined
  url.username = ''
  url.password = ''
  return { url: url.href, ...login }
}
