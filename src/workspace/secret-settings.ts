import type { SecretSettings } from '../catalog/settings.ts'
import { isLoopback } from './host-port.ts'
import { gatehouseKeys } from './known-keys.ts'
import type { Report } from './report.ts'
import type { Fields } from './text/fields.ts'

const day = 86_400

/** `secrets` of gatehouse.yaml. */
export function readSecretSettings(root: Fields | undefined, report: Report): SecretSettings {
  const secrets = root?.fields('secrets')
  secrets?.refuseOthers(gatehouseKeys.secrets)
  const refreshInterval = secrets?.whole('refreshInterval', { min: 1, max: day }) ?? 3600
  const address = secrets?.text('keyVaultAddress')
  if (secrets === undefined || address === undefined) return { refreshInterval }
  // tokens for Key Vault go there
  const isSafe = isSafeAddress(address)
  if (isSafe) return { refreshInterval, keyVaultAddress: address.replace(/\/+$/, '') }
  report.error(
    secrets.at('keyVaultAddress'),
    'value.format',
    `'${address}' is no address of a stand-in`,
    'write https://, or http:// on loopback',
  )
  return { refreshInterval }
}

function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, '')))
}
