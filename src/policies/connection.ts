/** An HTTP proxy that a request goes through, and what the gateway signs in there by. */
export interface ProxyServer {
  readonly url: string
  readonly username?: string
  readonly password?: string
}

/** What the gateway authenticates with at a backend. PEM. */
export interface ClientCertificate {
  readonly cert: string
  readonly key: string
  /** Same for the same certificates: what connections are kept apart by. */
  readonly fingerprint: string
}
