import type { PostgresSettings } from '../catalog/settings.ts'
import type { SettingsReader } from './certificates/secret-source.ts'
import { readServerAuthorities } from './certificates/server-authorities.ts'
import { isLoopback } from './host-port.ts'
import { gatehouseKeys } from './known-keys.ts'
import { type Login, loginIn, readAddress, readLogin } from './store-address.ts'
import type { Fields } from './text/fields.ts'
import { memberOf } from './text/text-node.ts'

const defaultSchema = 'gatehouse'
const form = {
  parse: parsePostgresUrl,
  name: 'PostgreSQL URL',
  mend: 'write postgres://user@host:port/database; behind it ?sslmode=verify-full or ?sslmode=disable, nothing between them',
}

/** `store.postgres`: a URL, a reference to one, or an object with a `url` and what stands beside it. Undefined after a fault was told. */
export async function readPostgres(store: Fields, reader: SettingsReader): Promise<PostgresSettings | undefined> {
  const node = memberOf(store.node, 'postgres')
  const isUrl = node?.kind !== 'object' || gatehouseKeys.secret.some(key => node.members.has(key))
  if (isUrl) {
    const address = await readAddress(store, 'postgres', reader, form)
    return address === undefined ? undefined : completed({ ...address, schema: defaultSchema }, store, 'postgres', reader)
  }
  const fields = store.fields('postgres')
  if (fields === undefined) return undefined
  fields.refuseOthers(gatehouseKeys.postgres)
  const address = await readAddress(fields, 'url', reader, form)
  const beside = { ...(await readLogin(fields, reader)), schema: readSchema(fields, reader) }
  const ca = await readServerAuthorities(fields, reader)
  if (address === undefined) return undefined
  if (ca !== undefined && address.tls === false) {
    const mend = 'take sslmode=disable out of the URL, or ca away'
    reader.report.error(fields.at('ca'), 'value.format', 'without TLS there is no certificate to check', mend)
  }
  return completed({ ...address, ...beside, ...(ca === undefined ? {} : { ca, tls: true }) }, fields, 'url', reader)
}

type Read = PostgresAddress & Pick<PostgresSettings, 'schema' | 'ca'>

/** Nothing that others could read or change goes over a network unless told so; within one machine there is none. */
function completed(read: Read, fields: Fields, key: string, { report }: SettingsReader): PostgresSettings | undefined {
  const { username, tls = !isLoopback(read.host), ...rest } = read
  if (username !== undefined) return { ...rest, username, tls }
  const mend = 'write postgres://user@host/database, or username: beside the URL'
  report.error(fields.at(key), 'value.missing', 'it does not say who logs in', mend)
  return undefined
}

/** It stands in statements as it is. */
function readSchema(fields: Fields, { report }: SettingsReader): string {
  const schema = fields.text('schema') ?? defaultSchema
  if (/^(?!pg_)[a-z_][a-z0-9_]{0,47}$/.test(schema)) return schema
  const mend = 'write small letters, digits and `_`, 48 at most; names that begin with pg_ are PostgreSQL’s own'
  report.error(fields.at('schema'), 'value.format', `'${schema}' is no schema`, mend)
  return defaultSchema
}

export interface PostgresAddress extends Login {
  readonly host: string
  readonly port: number
  readonly database: string
  /** Undefined when the URL does not say. */
  readonly tls?: boolean
}

/**
 * Reads `postgres://[user[:password]@]host[:port]/database[?sslmode=…]` (PostgreSQL's documentation, "Connection URIs") with one host and a mode that either checks the
 * certificate or does without TLS: those between encrypt for whoever answers. Undefined for anything else.
 */
export function parsePostgresUrl(raw: string): PostgresAddress | undefined {
  if (!/^postgres(ql)?:\/\//i.test(raw) || !URL.canParse(raw)) return undefined
  const url = new URL(raw)
  const login = loginIn(url)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const [, database] = /^\/([\w.-]{1,63})$/.exec(url.pathname) ?? []
  const mode = /^(?:\?sslmode=(verify-full|disable))?$/.exec(url.search)
  if (login === undefined || database === undefined || mode === null || url.hash !== '' || !/^[\w.:-]+$/.test(host))
    return undefined
  const tls = mode[1] === undefined ? {} : { tls: mode[1] === 'verify-full' }
  return { host, port: Number(url.port || 5432), database, ...tls, ...login }
}
