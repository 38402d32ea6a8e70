import { type AskedToken, type AskOptions, askManagedToken } from './ask-managed-token.ts'

/** A bearer token, or why there is none: a text without secrets. */
export type ManagedToken =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'failure'; readonly message: string }

interface Entry {
  asked: AskedToken | undefined
  /** Milliseconds since 1970: from then on it is asked for again. */
  renewAt: number
  failures: number
  pending: Promise<AskedToken> | undefined
}

/** Resources come from expressions: more of them than this and the longest unused are forgotten. */
const maxEntries = 500
/** Renewed this long ahead of its end, or after half its life when that is short. */
const ahead = 300_000
const pauseFloor = 1000
const pauseCeiling = 30_000

/**
 * Tokens of the gateway's own identity, by resource and client id: kept until shortly before their end, then renewed in the background while the
 * old one still serves. At most one request for a token is under way; after a failure the next try waits a little longer each time.
 */
export class ManagedIdentity {
  readonly #options: AskOptions
  readonly #entries = new Map<string, Entry>()

  constructor(options: AskOptions) {
    this.#options = options
  }

  token(resource: string, clientId?: string): ManagedToken | Promise<ManagedToken> {
    const now = this.#options.now()
    const entry = this.#entryOf(JSON.stringify([resource, clientId ?? null]))
    const { asked } = entry
    const known = asked?.kind === 'token' && asked.expiresAt > now ? asked : undefined
    if (asked !== undefined && now < entry.renewAt) return known ?? (asked.kind === 'failure' ? asked : expired)
    const pending = this.#renew(entry, resource, clientId)
    return known ?? pending
  }

  #entryOf(key: string): Entry {
    const entry = this.#entries.get(key) ?? { asked: undefined, renewAt: 0, failures: 0, pending: undefined }
    this.#entries.delete(key) // to its end: the map stays in order of use
    this.#entries.set(key, entry)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > maxEntries && oldest !== undefined) this.#entries.delete(oldest)
    return entry
  }

  #renew(entry: Entry, resource: string, clientId: string | undefined): Promise<AskedToken> {
    entry.pending ??= askManagedToken(resource, clientId, this.#options).then(asked => {
      entry.pending = undefined
      this.#keep(entry, asked)
      return asked
    })
    return entry.pending
  }

  #keep(entry: Entry, asked: AskedToken): void {
    const now = this.#options.now()
    if (asked.kind === 'failure') {
      entry.failures++
      entry.renewAt = now + Math.min(pauseCeiling, pauseFloor * 2 ** (entry.failures - 1))
      // an old token that still lives is better than the news of a failure
      if (entry.asked?.kind !== 'token' || entry.asked.expiresAt <= now) entry.asked = asked
      return
    }
    entry.failures = 0
    entry.asked = asked
    const life = asked.expiresAt - now
    entry.renewAt = now + (life > 2 * ahead ? life - ahead : life / 2)
  }
}

const expired: ManagedToken = { kind: 'failure', message: 'the token has ended and could not be renewed' }
