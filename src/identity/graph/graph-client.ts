import type { ExchangeAnswer, TokenExchange } from '../http-fetch.ts'
import { isObject } from '../json-object.ts'
import type { ManagedToken } from '../managed-identity.ts'

export type GraphBody = Readonly<Record<string, unknown>>

/** Why Graph did not tell: a text without secrets. */
export interface GraphFailure {
  readonly kind: 'failure'
  /**
   * no-token: this process has no identity that Graph would know. refused: the identity lacks a permission. missing: 404. busy: Graph asked to
   * wait longer than there is time. unreachable: no answer, or none that can be read.
   */
  readonly why: 'no-token' | 'refused' | 'missing' | 'busy' | 'unreachable'
  readonly message: string
}

export type GraphAnswer = { readonly kind: 'answer'; readonly body: GraphBody } | GraphFailure
export type GraphList = { readonly kind: 'list'; readonly items: readonly unknown[] } | GraphFailure

export interface GraphClientOptions {
  /** `https://graph.microsoft.com`, without a path. */
  readonly origin: string
  readonly exchange: TokenExchange
  /** A token for Graph. */
  token(): ManagedToken | Promise<ManagedToken>
  now(): number
  delay(milliseconds: number): Promise<void>
  /** Milliseconds for one question, with every wait and page. */
  readonly patience: number
}

/** Tries of one request that Graph was too busy for. */
const maxTries = 5
/** Milliseconds between them when Graph does not say: the first, doubling. */
const firstPause = 500
/** Pages of one list. */
const maxPages = 200

/**
 * Asks Microsoft Graph: waits as long as `Retry-After` says when it is too busy (429, 503, 504; "Microsoft Graph throttling guidance"), goes
 * from page to page, and follows no address away from the one that it was given. Never rejects.
 */
export class GraphClient {
  readonly #options: GraphClientOptions
  /** Nothing is asked before: Graph said so. */
  #pausedUntil = 0

  constructor(options: GraphClientOptions) {
    this.#options = options
  }

  /** `path` begins behind `/v1.0/`. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<GraphAnswer> {
    return this.#ask('GET', this.#url(path), undefined, this.#deadline(), headers)
  }

  /** Every item of a list, page by page; `maxItems` and no more. */
  async list(path: string, maxItems: number): Promise<GraphList> {
    const deadline = this.#deadline()
    return this.#pages(await this.#ask('GET', this.#url(path), undefined, deadline), maxItems, deadline)
  }

  /** An action that answers a list. */
  async listBy(path: string, body: GraphBody, maxItems: number): Promise<GraphList> {
    const deadline = this.#deadline()
    return this.#pages(await this.#ask('POST', this.#url(path), body, deadline), maxItems, deadline)
  }

  #url = (path: string) => `${this.#options.origin}/v1.0/${path}`

  #deadline = () => this.#options.now() + this.#options.patience

  async #pages(first: GraphAnswer, maxItems: number, deadline: number): Promise<GraphList> {
    const items: unknown[] = []
    let answer = first
    for (let page = 0; page < maxPages; page++) {
      if (answer.kind === 'failure') return answer
      if (!Array.isArray(answer.body.value)) return unreadable(this.#options.origin)
      items.push(...answer.body.value)
      const next = answer.body['@odata.nextLink']
      if (typeof next !== 'string') return { kind: 'list', items: items.slice(0, maxItems) }
      if (items.length >= maxItems) break
      if (!this.#isOwn(next)) return unreadable(this.#options.origin)
      answer = await this.#ask('GET', next, undefined, deadline)
    }
    return failure('unreachable', `the list has more than ${Math.min(maxItems, items.length)} items`)
  }

  /** Whatever an answer says, the token goes to no other address. */
  #isOwn(address: string): boolean {
    return URL.canParse(address) && new URL(address).origin === new URL(this.#options.origin).origin
  }

  async #ask(
    method: 'GET' | 'POST',
    url: string,
    body: GraphBody | undefined,
    deadline: number,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<GraphAnswer> {
    const token = await this.#options.token()
    if (token.kind === 'failure') return failure('no-token', token.message)
    const request = {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }
    let last: GraphFailure = failure('busy', 'there was no time to ask Microsoft Graph')
    for (let attempt = 0; attempt < maxTries; attempt++) {
      if (!(await this.#waitUntil(this.#pausedUntil, deadline))) return last
      const answer = await this.#options.exchange(url, request).catch((error: unknown) => wordsOf(error))
      if (typeof answer === 'string') return failure('unreachable', `Microsoft Graph gave no answer: ${answer}`)
      if (!busy.has(answer.status)) return read(answer, this.#options.origin)
      this.#pausedUntil = this.#options.now() + pauseOf(answer, attempt, this.#options.now())
      last = failure('busy', `Microsoft Graph is too busy (${answer.status})`)
    }
    return last
  }

  /** False when the deadline is before that. */
  async #waitUntil(time: number, deadline: number): Promise<boolean> {
    const now = this.#options.now()
    if (Math.max(time, now) > deadline) return false
    if (time > now) await this.#options.delay(time - now)
    return true
  }
}

const busy = new Set([429, 503, 504])

function failure(why: GraphFailure['why'], message: string): GraphFailure {
  return { kind: 'failure', why, message }
}

const unreadable = (origin: string) => failure('unreachable', `the answer of ${new URL(origin).host} cannot be read`)

/** Seconds, or a date (RFC 9110 §10.2.3); an hour at most. */
function pauseOf({ retryAfter }: ExchangeAnswer, attempt: number, now: number): number {
  const fallback = firstPause * 2 ** attempt
  if (retryAfter === undefined) return fallback
  const milliseconds = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now
  return Number.isNaN(milliseconds) ? fallback : Math.min(3_600_000, Math.max(0, milliseconds))
}

function read({ status, body }: ExchangeAnswer, origin: string): GraphAnswer {
  const parsed = parse(body)
  if (status >= 200 && status < 300)
    return isObject(parsed) ? { kind: 'answer', body: parsed } : { kind: 'answer', body: { value: parsed } }
  const said = errorOf(parsed)
  const message = `${new URL(origin).host} answered ${status}${said}`
  if (status === 401 || status === 403) return failure('refused', message)
  return failure(status === 404 ? 'missing' : 'unreachable', message)
}

/** JSON; a bare number (`$count`) is one too, behind a byte order mark. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

/** Graph's own code and the beginning of its sentence, written for whoever configures the client. */
function errorOf(body: unknown): string {
  const error = isObject(body) && isObject(body.error) ? body.error : undefined
  const words = [error?.code, error?.message].filter(word => typeof word === 'string').join(': ')
  return words === '' ? '' : `: ${words.replace(/[\r\n]+/g, ' ').slice(0, 200)}`
}

/** The network's own words name hosts and ports, never what was sent. */
const wordsOf = (error: unknown) => (error instanceof Error ? error.message : 'no answer')
