import { Agent, buildConnector, request } from 'undici'

/** A page as a test sees it. */
export interface Seen {
  readonly url: string
  readonly status: number
  readonly text: string
  readonly headers: Record<string, string | string[] | undefined>
}

/**
 * A browser without scripts: keeps cookies, follows redirects on the directory's own host, fills in forms as they stand in the page. Ends at the
 * first redirect that leads elsewhere.
 */
export class Browser {
  readonly cookies = new Map<string, string>()
  readonly #origin: string
  readonly #agent: Agent

  constructor(origin: string, caPem: string) {
    this.#origin = origin
    const connect = buildConnector({ ca: caPem })
    this.#agent = new Agent({ connect: (asked, done) => connect({ ...asked, servername: 'localhost' }, done) })
  }

  open(address: string): Promise<Seen> {
    return this.#send('GET', new URL(address, this.#origin))
  }

  /** Sends the page's form with its hidden fields, what is filled in, and the button that is pressed. */
  submit(seen: Seen, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Seen> {
    const action = /<form method="post" action="([^"]*)"/.exec(seen.text)?.[1]
    if (action === undefined) throw new Error(`no form in: ${seen.text}`)
    return this.#send(
      'POST',
      new URL(plainText(action), seen.url),
      new URLSearchParams({ ...hiddenFields(seen), ...fields }),
      headers,
    )
  }

  /** From a page that asks for a password on to whatever comes after it. */
  signIn(seen: Seen, username: string, password: string): Promise<Seen> {
    return this.submit(seen, { username, password, answer: 'sign-in' })
  }

  async #send(method: 'GET' | 'POST', url: URL, form?: URLSearchParams, more: Record<string, string> = {}): Promise<Seen> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', origin: url.origin }
    const headers = { ...type, ...(cookie === '' ? {} : { cookie }), ...more }
    const answer = await request(url, { method, headers, body: form?.toString() ?? null, dispatcher: this.#agent })
    this.#keep([answer.headers['set-cookie'] ?? []].flat())
    const seen = { url: url.href, status: answer.statusCode, text: await answer.body.text(), headers: answer.headers }
    const location = answer.headers.location
    if (typeof location !== 'string') return seen
    const next = new URL(location, url)
    return next.origin === this.#origin ? this.#send('GET', next) : { ...seen, url: next.href }
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/Max-Age=0/.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
  }

  close(): Promise<void> {
    return this.#agent.close()
  }
}

export function hiddenFields({ text }: Seen): Record<string, string> {
  const inputs = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, plainText(value)]))
}

function plainText(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
