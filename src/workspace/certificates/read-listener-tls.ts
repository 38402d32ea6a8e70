import type { ListenerTls } from '../../catalog/settings.ts'
import { gatehouseKeys } from '../known-keys.ts'
import type { Fields } from '../text/fields.ts'
import { readAuthorities, readCertificateFile } from './read-certificates.ts'
import type { SettingsReader } from './secret-source.ts'

/** `gateway.tls`; undefined when there is none, or after its faults were told. `authorities` are the workspace's own. */
export async function readListenerTls(
  tls: Fields | undefined,
  authorities: readonly string[],
  now: number,
  reader: SettingsReader,
): Promise<ListenerTls | undefined> {
  if (tls === undefined) return undefined
  tls.refuseOthers(gatehouseKeys.tls)
  const content = await readCertificateFile(tls, 'gateway.tls', reader)
  const clientCertificate = tls.choice('clientCertificate', ['none', 'request', 'require']) ?? 'none'
  const clientAuthorities = await readAuthorities(tls.texts('clientAuthorities'), now, reader)
  const minVersion = tls.choice('minVersion', ['TLSv1.2', 'TLSv1.3']) ?? 'TLSv1.2'
  if (clientCertificate === 'require' && authorities.length + clientAuthorities.length === 0) {
    const message = 'callers must show a certificate, and no authority is named that it could come from'
    reader.report.error(
      tls.at('clientCertificate'),
      'value.missing',
      message,
      'name the authorities under clientAuthorities, or say request',
    )
  }
  if (content === undefined) return undefined
  const { chain, key } = content
  if (key === undefined) {
    reader.report.error(tls.node.at, 'value.missing', 'the listener’s certificate has no private key', 'name its file under key')
    return undefined
  }
  return { chain: chain.map(String), key, clientCertificate, clientAuthorities, minVersion }
}
