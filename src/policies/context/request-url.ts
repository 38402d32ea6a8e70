/** An absolute http(s) URL in parts that policies change one by one; path and query stay percent-encoded as they were sent. */
export class RequestUrl {
  scheme: string
  /** Without port; an IPv6 address in brackets. */
  host: string
  /** The scheme's own port when none was written. */
  port: number
  /** Begins with `/`. */
  path: string
  /** With its `?`, or empty. */
  query: string

  constructor(scheme: string, host: string, port: number, path: string, query: string) {
    this.scheme = scheme
    this.host = host
    this.port = port
    this.path = path
    this.query = query
  }

  /** Undefined for what is not an absolute http(s) URL. */
  static parse(text: string): RequestUrl | undefined {
    if (!URL.canParse(text)) return undefined
    const url = new URL(text)
    const scheme = url.protocol.slice(0, -1)
    if (scheme !== 'http' && scheme !== 'https') return undefined
    const port = url.port === '' ? defaultPort(scheme) : Number(url.port)
    return new RequestUrl(scheme, url.hostname, port, url.pathname, url.search)
  }

  clone(): RequestUrl {
    return new RequestUrl(this.scheme, this.host, this.port, this.path, this.query)
  }

  /** `host` or `host:port` when the port is not the scheme's own. */
  get authority(): string {
    return this.port === defaultPort(this.scheme) ? this.host : `${this.host}:${this.port}`
  }

  toString(): string {
    return `${this.scheme}://${this.authority}${this.path}${this.query}`
  }
}

function defaultPort(scheme: string): number {
  return scheme === 'https' ? 443 : 80
}
