import type { AuditExportSettings, EventHubSettings } from '../catalog/settings.ts'
import { readSecret, type SettingsReader } from './certificates/secret-source.ts'
import { isLoopback } from './host-port.ts'
import { readKafka } from './kafka-settings.ts'
import { gatehouseKeys } from './known-keys.ts'
import { isHttp, signalUrl } from './telemetry-settings.ts'
import type { Fields } from './text/fields.ts'
import { within } from './within.ts'

/** `audit.export` of gatehouse.yaml: where records are sent on to; undefined for nowhere. */
export async function readAuditExport(
  root: Fields | undefined,
  reader: SettingsReader,
): Promise<AuditExportSettings | undefined> {
  const fields = root?.fields('audit')?.fields('export')
  if (fields === undefined) return undefined
  fields.refuseOthers(gatehouseKeys.auditExport)
  const otlp = readOtlp(fields, reader)
  const folder = fields.text('folder')
  const eventHub = await readEventHub(fields.fields('eventHub'), reader)
  const kafka = await readKafka(fields.fields('kafka'), reader)
  return {
    ...(otlp === undefined ? {} : { otlp }),
    ...(folder === undefined ? {} : { folder: within(reader.folder, folder) }),
    ...(eventHub === undefined ? {} : { eventHub }),
    ...(kafka === undefined ? {} : { kafka }),
  }
}

function readOtlp(fields: Fields, { report }: SettingsReader): string | undefined {
  const written = fields.text('otlp')
  const url = signalUrl(written, 'logs')
  if (url === undefined || isHttp(url)) return url
  report.error(
    fields.at('otlp'),
    'value.format',
    `'${written}' is no address of a collector`,
    'write http://host:4318, or https://',
  )
  return undefined
}

async function readEventHub(fields: Fields | undefined, reader: SettingsReader): Promise<EventHubSettings | undefined> {
  if (fields === undefined) return undefined
  fields.refuseOthers(gatehouseKeys.eventHub)
  const written = fields.requiredText('address')
  const keyName = fields.text('keyName')
  const value = await readSecret(fields, 'key', reader)
  if (written === undefined) return undefined
  const address = addressOf(written)
  if (address === undefined) {
    const mend = 'write https://NAMESPACE.servicebus.windows.net/HUB'
    reader.report.error(fields.at('address'), 'value.format', `'${written}' is no address of an event hub`, mend)
    return undefined
  }
  if (value === undefined) return { address }
  if (keyName !== undefined) return { address, key: { name: keyName, value } }
  reader.report.error(
    fields.at('key'),
    'value.missing',
    "a key is nothing without 'keyName'",
    'write the name of its shared access policy',
  )
  return undefined
}

/** Tokens and keys' signatures go there: http is for stand-ins on this machine alone. */
function addressOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, pathname, search, hash, username, href } = new URL(text)
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')))
  const isHub = /^\/[\w.-]+\/?$/.test(pathname) && search === '' && hash === '' && username === ''
  return isSafe && isHub ? href.replace(/\/$/, '') : undefined
}
