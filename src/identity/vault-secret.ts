import type { VaultSecret } from '../catalog/catalog.ts'
import type { TokenExchange } from './http-fetch.ts'
import { isObject } from './json-object.ts'
import type { ManagedToken } from './managed-identity.ts'

/** A secret's value, or why there is none: a text without secrets. */
export type ReadSecret =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'failure'; readonly message: string }

export interface VaultOptions {
  readonly exchange: TokenExchange
  readonly token: (resource: string, clientId?: string) => ManagedToken | Promise<ManagedToken>
  /** A stand-in for every vault. */
  readonly address?: string
}

const apiVersion = '7.4'

/** Reads a secret as Key Vault's REST API has it ("Get Secret"). Never rejects. */
export async function readVaultSecret(secret: VaultSecret, { exchange, token, address }: VaultOptions): Promise<ReadSecret> {
  const name = `the secret ${secret.secret} of ${new URL(secret.vault).host}`
  const bearer = await token(resourceOf(secret.vault), secret.clientId)
  if (bearer.kind === 'failure') return failure(`no token for ${name}: ${bearer.message}`)
  const path = ['secrets', secret.secret, ...(secret.version === undefined ? [] : [secret.version])].join('/')
  const url = `${address ?? secret.vault}/${path}?api-version=${apiVersion}`
  const headers = { accept: 'application/json', authorization: `Bearer ${bearer.token}` }
  try {
    const { status, body } = await exchange(url, { method: 'GET', headers })
    return readAnswer(status, body, name)
  } catch (error) {
    // the network's own words name hosts and ports, never what was sent
    return failure(`${name} cannot be read: ${error instanceof Error ? error.message : 'no answer'}`)
  }
}

/** `https://NAME.vault.azure.net` is a vault of the resource `https://vault.azure.net`, in each cloud. */
function resourceOf(vault: string): string {
  return `https://${new URL(vault).hostname.replace(/^[^.]+\./, '')}`
}

function readAnswer(status: number, body: string, name: string): ReadSecret {
  const members = parsed(body)
  if (status !== 200) return failure(`${name} cannot be read: the vault answered ${status}${codeOf(members)}`)
  return isObject(members) && typeof members.value === 'string'
    ? { kind: 'value', value: members.value }
    : failure(`${name} cannot be read: the vault's answer holds no value`)
}

/** `{"error":{"code":"SecretNotFound", …}}`: the code alone, which is one word. */
function codeOf(members: unknown): string {
  const code = isObject(members) && isObject(members.error) ? members.error.code : undefined
  return typeof code === 'string' && /^\w{1,64}$/.test(code) ? ` (${code})` : ''
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const failure = (message: string): ReadSecret => ({ kind: 'failure', message })
