import type { X509Certificate } from 'node:crypto'
import { extensionsOf } from '../../expressions/runtime/data/crypto/certificate-extensions.ts'
import { type RevocationList, readRevocationList, serialOf } from './revocation-list.ts'

/** `unknown`: for one of the chain no list could be had, so nobody can tell. */
export type RevocationStatus = 'good' | 'revoked' | 'unknown'

export interface RevocationOptions {
  /** The bytes at an address, bounded in size and time; undefined when there are none. Never rejects. */
  fetch(url: string): Promise<Uint8Array | undefined>
  now(): number
}

interface Entry {
  list: RevocationList | undefined
  /** Milliseconds since 1970: from then on it is asked for again. */
  renewAt: number
  pending: Promise<RevocationList | undefined> | undefined
}

interface Point {
  readonly certificate: X509Certificate
  readonly issuer: X509Certificate
  readonly urls: readonly string[]
  readonly serial: string
}

/** Of one authority each, mostly; more of them than this and the longest unused are forgotten. */
const maxEntries = 200
const pauseAfterFailure = 30_000
const renewFloor = 60_000
const renewCeiling = 86_400_000

/**
 * Revocation lists by address, fetched when a certificate that names one is first judged: kept until they end, renewed in the background after half
 * their life. Addresses are looked at only for certificates of a chain that is trusted: nobody else makes the gateway ask somewhere.
 */
export class RevocationLists {
  readonly #options: RevocationOptions
  readonly #entries = new Map<string, Entry>()
  readonly #points = new WeakMap<readonly X509Certificate[], readonly Point[]>()

  constructor(options: RevocationOptions) {
    this.#options = options
  }

  /** Whether one of a trusted chain is revoked, its root left out. At once when all lists are at hand. */
  statusOf(path: readonly X509Certificate[]): RevocationStatus | Promise<RevocationStatus> {
    const points = this.#pointsOf(path)
    const statuses = points.map(point => this.#statusOf(point))
    return statuses.some(status => status instanceof Promise)
      ? Promise.all(statuses).then(worst)
      : worst(statuses as RevocationStatus[]) // none is a promise
  }

  #pointsOf(path: readonly X509Certificate[]): readonly Point[] {
    const known = this.#points.get(path)
    if (known !== undefined) return known
    const points = path.slice(0, -1).flatMap((certificate, at): Point[] => {
      const issuer = path[at + 1]
      if (issuer === undefined) return []
      const urls = extensionsOf(certificate.raw).flatMap(({ distributionPoints = [] }) => distributionPoints)
      return [
        {
          certificate,
          issuer,
          urls: urls.filter(url => /^https?:/i.test(url) && URL.canParse(url)),
          serial: serialOf(certificate),
        },
      ]
    })
    this.#points.set(path, points)
    return points
  }

  /** The first list that speaks of the certificate decides. */
  #statusOf(point: Point, from = 0): RevocationStatus | Promise<RevocationStatus> {
    const url = point.urls[from]
    if (url === undefined) return 'unknown'
    const list = this.#list(url, point.issuer)
    const judge = (found: RevocationList | undefined) => judged(point, found) ?? this.#statusOf(point, from + 1)
    return list instanceof Promise ? list.then(judge) : judge(list)
  }

  #list(url: string, issuer: X509Certificate): RevocationList | undefined | Promise<RevocationList | undefined> {
    const now = this.#options.now()
    const entry = this.#entryOf(`${issuer.fingerprint256} ${url}`)
    const known = entry.list !== undefined && entry.list.nextUpdate >= now ? entry.list : undefined
    if (now < entry.renewAt) return known
    entry.pending ??= this.#fetch(url, issuer, entry).finally(() => {
      entry.pending = undefined
    })
    return known ?? entry.pending
  }

  #entryOf(key: string): Entry {
    const entry = this.#entries.get(key) ?? { list: undefined, renewAt: 0, pending: undefined }
    this.#entries.delete(key) // to its end: the map stays in order of use
    this.#entries.set(key, entry)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > maxEntries && oldest !== undefined) this.#entries.delete(oldest)
    return entry
  }

  async #fetch(url: string, issuer: X509Certificate, entry: Entry): Promise<RevocationList | undefined> {
    const bytes = await this.#options.fetch(url)
    const now = this.#options.now()
    const list = bytes === undefined ? undefined : readRevocationList(bytes, issuer, url, now)
    if (list === undefined) {
      entry.renewAt = now + pauseAfterFailure
      return entry.list !== undefined && entry.list.nextUpdate >= now ? entry.list : undefined
    }
    entry.list = list
    const half = (list.nextUpdate - now) / 2
    entry.renewAt = now + Math.min(renewCeiling, Math.max(renewFloor, half))
    return list
  }
}

/** Undefined when the list does not speak of the certificate. */
function judged({ certificate, serial }: Point, list: RevocationList | undefined): RevocationStatus | undefined {
  if (list === undefined || (list.scope !== 'all' && (list.scope === 'authorities') !== certificate.ca)) return undefined
  return list.serials.has(serial) ? 'revoked' : 'good'
}

function worst(statuses: readonly RevocationStatus[]): RevocationStatus {
  if (statuses.includes('revoked')) return 'revoked'
  return statuses.includes('unknown') ? 'unknown' : 'good'
}
