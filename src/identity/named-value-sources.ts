import type { NamedValue, NamedValueSource, VaultSecret } from '../catalog/catalog.ts'
import { type ReadSecret, readVaultSecret, type VaultOptions } from './vault-secret.ts'

export interface NamedValueSourcesOptions extends VaultOptions {
  /** The text of a file; rejects when it cannot be read. */
  readonly readText: (path: string) => Promise<string>
}

/** A named value whose source gave nothing; `kept`: it has the value that it had before. */
export interface UnreadValue {
  readonly name: string
  readonly file: string
  readonly message: string
  readonly kept: boolean
}

export interface FilledValues {
  readonly namedValues: readonly NamedValue[]
  readonly unread: readonly UnreadValue[]
}

/** Secrets that are asked for at the same time. */
const width = 8

/**
 * Follows named values to where their values stand, and remembers what the vaults gave: a reload of the workspace asks them nothing that is known,
 * and an outage of a vault changes nothing that is served.
 */
export class NamedValueSources {
  readonly #options: NamedValueSourcesOptions
  readonly #known = new Map<string, string>()

  constructor(options: NamedValueSourcesOptions) {
    this.#options = options
  }

  /** Gives each named value of a key vault its value: the one that is known, or a fresh one. */
  async fill(namedValues: readonly NamedValue[]): Promise<FilledValues> {
    const wanted = namedValues.flatMap(({ source }) => (source?.kind === 'keyVault' ? [source] : []))
    const failures = await this.#fetch(wanted.filter(secret => !this.#known.has(keyOf(secret))))
    const current = new Set(wanted.map(keyOf))
    for (const key of this.#known.keys()) if (!current.has(key)) this.#known.delete(key)
    const unread: UnreadValue[] = []
    const filled = namedValues.map(value => {
      if (value.source?.kind !== 'keyVault') return value
      const key = keyOf(value.source)
      const known = this.#known.get(key)
      if (known !== undefined) return { ...value, value: known }
      unread.push({ name: value.displayName, file: value.file, message: failures.get(key) ?? 'not read', kept: false })
      return value
    })
    return { namedValues: filled, unread }
  }

  /** Looks at all files and vaults again; what cannot be read, and what a version pins, keeps its value. */
  async refresh(served: readonly NamedValue[]): Promise<FilledValues> {
    const secrets = served.flatMap(({ source }) => (source?.kind === 'keyVault' && source.version === undefined ? [source] : []))
    const failures = await this.#fetch(secrets)
    const unread: UnreadValue[] = []
    const namedValues: NamedValue[] = []
    for (const value of served) {
      const found = value.source === undefined ? undefined : await this.#again(value.source, failures)
      if (found?.kind === 'failure')
        unread.push({ name: value.displayName, file: value.file, message: found.message, kept: value.value !== undefined })
      namedValues.push(found?.kind === 'value' && found.value !== value.value ? { ...value, value: found.value } : value)
    }
    return { namedValues, unread }
  }

  async #again(source: NamedValueSource, failures: ReadonlyMap<string, string>): Promise<ReadSecret> {
    if (source.kind === 'file') return this.#readFile(source.path)
    const message = failures.get(keyOf(source))
    const value = this.#known.get(keyOf(source))
    if (message !== undefined || value === undefined) return { kind: 'failure', message: message ?? 'not read' }
    return { kind: 'value', value }
  }

  async #readFile(path: string): Promise<ReadSecret> {
    try {
      // as the workspace reads it: the last line break does not belong to the value
      return { kind: 'value', value: (await this.#options.readText(path)).replace(/^\uFEFF/, '').replace(/\r?\n$/, '') }
    } catch {
      return { kind: 'failure', message: `the file ${path} cannot be read` }
    }
  }

  /** Gives what failed, by secret. */
  async #fetch(secrets: readonly VaultSecret[]): Promise<ReadonlyMap<string, string>> {
    const waiting = [...new Map(secrets.map(secret => [keyOf(secret), secret]))]
    const failures = new Map<string, string>()
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [key, secret] = next
        const read = await readVaultSecret(secret, this.#options)
        if (read.kind === 'value') this.#known.set(key, read.value)
        else failures.set(key, read.message)
      }
    }
    await Promise.all(Array.from({ length: width }, work))
    return failures
  }
}

function keyOf({ vault, secret, version, clientId }: VaultSecret): string {
  return JSON.stringify([vault, secret, version ?? null, clientId ?? null])
}
