import type { KeyObject } from 'node:crypto'
import type { CloudName } from './clouds.ts'
import type { Position } from './diagnostic.ts'

export interface HostPort {
  readonly host: string
  /** 0 lets the system choose a free one. */
  readonly port: number
}

/** `gatehouse.yaml`, with every default filled in. Paths are absolute. */
export interface Settings {
  /** The workspace folder. */
  readonly folder: string
  readonly gateway: {
    readonly listen: HostPort
    readonly workers: number
    /** Total bytes of request line and headers; more is answered 431. */
    readonly maxHeaderBytes: number
    /** Seconds for a request's line and headers to come in, and for the whole request with its body; later is answered 408. */
    readonly headersTimeout: number
    readonly requestTimeout: number
    /** Bytes of a request body; more is answered 413. Undefined: no limit for bodies that stream through. */
    readonly maxBodyBytes?: number
    /** Bytes of a body that a policy asked to see whole; more is answered 413 (request) or 502 (response). */
    readonly maxBufferedBodyBytes: number
    /** Whose `X-Forwarded-For` is believed: addresses or CIDR ranges of proxies in front. */
    readonly trustedProxies: readonly string[]
    /** Present: the listener speaks HTTPS. */
    readonly tls?: ListenerTls
    /** What a call gets when the audit queue is full: served and counted, or refused with 503. */
    readonly auditOverflow: 'count' | 'refuse'
  }
  readonly portal: { readonly listen: HostPort }
  readonly identity: IdentitySettings
  readonly artifacts: string
  /** Keys, store and audit live here; never committed. */
  readonly state: string
  /** Present: something is shared with other gateways. */
  readonly store?: StoreSettings
  readonly secrets: SecretSettings
  /** Present: metrics are given out. */
  readonly telemetry?: TelemetrySettings
  /** What the linter lets pass, and how grave its rules are; absent: all are warnings. */
  readonly lint?: LintSettings
  /** How the audit trail is kept; absent: segments are compressed, none is removed. */
  readonly audit?: AuditSettings
  /** App roles whose holders may trace their calls; absent: none. */
  readonly tracing?: { readonly roles: readonly string[] }
  /** Who may grant roles for a time; absent: nobody, and nothing can be asked for. */
  readonly grants?: GrantSettings
}

export interface GrantSettings {
  /** App roles whose holders may approve, deny and revoke. */
  readonly approvers: readonly string[]
  /** Milliseconds for which a grant may be asked at most. */
  readonly maxDuration: number
}

export interface AuditSettings {
  /** Milliseconds for which records are kept; absent: for ever. */
  readonly retention?: number
  readonly compress: boolean
  /** Bytes after which a thread begins a new segment. */
  readonly segmentBytes?: number
  /** Calls that are kept to be run again; absent: none. */
  readonly keepCalls?: KeepCallsSettings
  /** Where records are sent on to; absent: nowhere. */
  readonly export?: AuditExportSettings
}

export interface AuditExportSettings {
  /** OpenTelemetry logs by OTLP over HTTP: the whole URL. */
  readonly otlp?: string
  /** A folder for files of JSON lines. */
  readonly folder?: string
  readonly eventHub?: EventHubSettings
  readonly kafka?: KafkaSettings
}

export interface KafkaSettings {
  /** Those that are asked for the others; one at least. */
  readonly brokers: readonly HostPort[]
  readonly topic: string
  /** Absent: in clear. `ca` holds the PEM certificates that the brokers' may come from; absent: what Node trusts. */
  readonly tls?: { readonly ca?: string }
  /** Absent: nobody in particular. */
  readonly sasl?: KafkaSasl
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

export interface EventHubSettings {
  /** `https://NAMESPACE.servicebus.windows.net/HUB`. */
  readonly address: string
  /** Of a shared access policy that may send; absent: a token of the gateway's identity. */
  readonly key?: { readonly name: string; readonly value: string }
}

export interface KeepCallsSettings {
  /** Whether calls that are refused are kept. */
  readonly denied: boolean
  /** The part of all calls that is kept, from 0 to 1. */
  readonly sample: number
  /** Milliseconds after which they are removed. */
  readonly retention: number
}

export interface LintSettings {
  readonly accept: readonly AcceptedFinding[]
  /** By code of the rule. */
  readonly levels: ReadonlyMap<string, 'error' | 'warning' | 'off'>
}

/** A finding of the linter that is meant so. */
export interface AcceptedFinding {
  readonly rule: string
  /** A file or folder below the workspace's; absent: everywhere. */
  readonly file?: string
  readonly reason: string
  /** Where it is written. */
  readonly at: Position & { readonly file: string }
}

/** How named values that stand elsewhere are read. */
export interface SecretSettings {
  /** Seconds between two looks at files and key vaults. */
  readonly refreshInterval: number
  /** A stand-in for every key vault, for development: `http://127.0.0.1:9700`. */
  readonly keyVaultAddress?: string
}

export interface TelemetrySettings {
  /** Where `/metrics` is served. */
  readonly listen?: HostPort
  /** Where metrics are pushed to by OTLP over HTTP: the whole URL. */
  readonly otlp?: string
  /** Seconds between two pushes. */
  readonly interval: number
  /** Present: calls are traced. */
  readonly traces?: TraceSettings
}

export interface TraceSettings {
  /** Where spans are sent by OTLP over HTTP: the whole URL. */
  readonly url: string
  /** The part of calls that is traced where no caller decided it, from 0 to 1. */
  readonly sample: number
}

export interface StoreSettings {
  /** Present: rate limits, quotas and the external cache are in it. */
  readonly redis?: RedisSettings
  readonly limitsWhenAway: LimitsWhenAway
  /** Present: time-boxed grants are in it. */
  readonly postgres?: PostgresSettings
}

/** What rate limits and quotas do while Redis is away: count in each gateway by itself, let calls through uncounted, or refuse them with 503. */
export type LimitsWhenAway = 'local' | 'allow' | 'refuse'

export interface RedisSettings {
  /** `redis[s]://host[:port][/database]`, without credentials. */
  readonly url: string
  readonly username?: string
  readonly password?: string
  /** PEM: the authorities that its certificate may come from, in place of those that Node trusts. */
  readonly ca?: string
  /** Of every key: gateways of different workspaces on one Redis take different ones. */
  readonly prefix: string
}

export interface PostgresSettings {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly username: string
  readonly password?: string
  /** Whether the connection is encrypted, and the server's certificate checked. */
  readonly tls: boolean
  /** PEM: the authorities that its certificate may come from, in place of those that Node trusts. */
  readonly ca?: string
  /** Of the tables, lower case letters, digits and `_`: gateways of different workspaces on one database take different ones. */
  readonly schema: string
}

/** An application of Entra and what proves it: a secret, or a certificate of the workspace by its id. */
export interface GatewayCredential {
  readonly clientId: string
  /** Id or domain; absent: the tenant of the settings. */
  readonly tenant?: string
  readonly secret?: string
  readonly certificateId?: string
}

export interface IdentitySettings {
  /** The Entra tenant's id, when one is bound. */
  readonly tenant?: string
  readonly listen: HostPort
  /** Lets the local directory bind beyond loopback; off unless said in so many words. */
  readonly exposeDirectory: boolean
  /** Seconds each. */
  readonly codeLifetime: number
  readonly deviceCodeLifetime: number
  readonly devicePollInterval: number
  readonly accessTokenLifetime: number
  /** Default: 90 days. */
  readonly refreshTokenLifetime?: number
  /** Seconds after which the next key of the local directory signs by itself. Default: 90 days. */
  readonly signingKeyLifetime?: number
  /** Whether the local directory's token endpoint takes users' passwords. Default: it does. */
  readonly passwordGrant?: boolean
  /** Further names and addresses that the local directory goes by: they stand in its certificate. */
  readonly directoryNames?: readonly string[]
  /** displayName or appId of the local directory's application that stands for the gateway's managed identity. */
  readonly managedIdentity?: string
  /** The application that the gateway's own identity is, where no local directory's stands for it. */
  readonly credential?: GatewayCredential
  /** Whose Entra and Graph are asked; absent: the public cloud. */
  readonly cloud?: CloudName
  /** Origin at which Microsoft Graph is reached, when it is not the cloud's own. */
  readonly graph?: string
}

/** How the listener proves itself, and whether callers may or must show a certificate. */
export interface ListenerTls {
  /** PEM: the certificate and those that vouch for it. */
  readonly chain: readonly string[]
  readonly key: KeyObject
  /** `request`: policies judge what comes, if anything does. `require`: a connection needs one of `clientAuthorities`. */
  readonly clientCertificate: 'none' | 'request' | 'require'
  /** PEM, one certificate each: authorities of callers alone, next to the catalog's. */
  readonly clientAuthorities: readonly string[]
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
}
