import type { Certificate } from '../../catalog/catalog.ts'
import type { GatewayCredential } from '../../catalog/settings.ts'
import { gatehouseKeys } from '../known-keys.ts'
import { didYouMean } from '../near-names.ts'
import type { Fields } from '../text/fields.ts'
import { readSecret, type SettingsReader } from './secret-source.ts'

/** `identity.credential`; undefined when there is none, or after its faults were told. */
export async function readCredential(
  identity: Fields | undefined,
  certificates: readonly Certificate[],
  tenant: string | undefined,
  reader: SettingsReader,
): Promise<GatewayCredential | undefined> {
  const credential = identity?.fields('credential')
  if (credential === undefined) return undefined
  const { report } = reader
  credential.refuseOthers(gatehouseKeys.credential)
  const clientId = credential.requiredText('clientId')
  const own = credential.text('tenant')
  const certificateId = credential.text('certificateId')
  const secret = await readSecret(credential, 'secret', reader)
  const names = credential.node.members
  if (names.has('secret') === names.has('certificateId'))
    report.error(
      credential.node.at,
      'value.missing',
      'the credential needs secret or certificateId, and not both',
      'keep one of them',
    )
  if ((own ?? tenant) === undefined)
    report.error(
      credential.node.at,
      'value.missing',
      'no tenant is known for the credential',
      'set identity.tenant, or tenant beside clientId',
    )
  const isKnown = certificateId === undefined || isUsable(certificateId, certificates, credential, reader)
  if (clientId === undefined || (own ?? tenant) === undefined || !isKnown || (secret ?? certificateId) === undefined)
    return undefined
  return {
    clientId,
    ...(own === undefined ? {} : { tenant: own }),
    ...(secret === undefined ? {} : { secret }),
    ...(certificateId === undefined ? {} : { certificateId }),
  }
}

function isUsable(id: string, certificates: readonly Certificate[], credential: Fields, { report }: SettingsReader): boolean {
  const held = certificates.find(one => one.id === id)
  const at = credential.at('certificateId')
  if (held === undefined) {
    const mend =
      didYouMean(
        id,
        certificates.map(one => one.id),
      ) ?? 'add it with its private key under certificates'
    report.error(at, 'reference.unknown', `there is no certificate '${id}'`, mend)
  } else if (held.key === undefined) {
    report.error(
      at,
      'value.missing',
      `the private key of the certificate '${id}' is not at hand`,
      'name its file under key, or give a pfx',
    )
  }
  return held?.key !== undefined
}
