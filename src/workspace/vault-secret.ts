import type { VaultSecret } from '../catalog/catalog.ts'

/** DNS suffixes of Azure Key Vault in its clouds: a token for one goes nowhere else ("Azure Key Vault keys, secrets, and certificates overview"). */
const suffixes = ['vault.azure.net', 'vault.azure.cn', 'vault.usgovcloudapi.net']

/** Reads a secret identifier, `https://NAME.vault.azure.net/secrets/SECRET[/VERSION]`; undefined for anything else. */
export function parseSecretIdentifier(text: string, clientId?: string): VaultSecret | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, hostname, port, username, pathname, search, hash } = new URL(text)
  const [, suffix = ''] = /^[a-z0-9-]+\.(.+)$/.exec(hostname) ?? []
  const plain = protocol === 'https:' && port === '' && username === '' && search === '' && hash === ''
  if (!plain || !suffixes.includes(suffix)) return undefined
  const [, secret, version] = /^\/secrets\/([0-9A-Za-z-]{1,127})(?:\/([0-9a-fA-F]{32}))?\/?$/.exec(pathname) ?? []
  if (secret === undefined) return undefined
  return {
    kind: 'keyVault',
    vault: `https://${hostname}`,
    secret,
    ...(version === undefined ? {} : { version }),
    ...(clientId === undefined ? {} : { clientId }),
  }
}
