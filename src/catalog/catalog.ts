import type { KeyObject } from 'node:crypto'
import type { CloudName } from './clouds.ts'
import type { CredentialProvider } from './credential-provider.ts'
import type { Diagnostic, Position } from './diagnostic.ts'
import type { DirectoryDocument } from './directory.ts'
import type { ODataModel } from './odata-model.ts'
import type { SchemaDocument, XmlSchemaSet } from './schema-document.ts'

/**
 * Everything a workspace says, in API Management's own terms, read once from its files and passed whole to each
 * thread: plain data that survives structured clone. Names are the ids that Azure Resource Manager uses.
 */
export interface Catalog {
  readonly settings: Settings
  /** The global policy (scope "all APIs"), when the workspace has one. */
  readonly policy?: PolicyDocument
  readonly apis: readonly Api[]
  readonly products: readonly Product[]
  readonly subscriptions: readonly Subscription[]
  readonly groups: readonly Group[]
  /** Developers: the owners of subscriptions. */
  readonly users: readonly Developer[]
  readonly backends: readonly Backend[]
  readonly namedValues: readonly NamedValue[]
  readonly fragments: readonly PolicyFragment[]
  readonly versionSets: readonly VersionSet[]
  readonly tags: readonly Tag[]
  /** Providers and connections of the credential manager; absent: none. */
  readonly credentialProviders?: readonly CredentialProvider[]
  /** Schemas for content validation, shared by all APIs; absent: none. */
  readonly schemas?: readonly SchemaDocument[]
  readonly certificates: readonly Certificate[]
  /** Authorities that callers' and backends' certificates may come from, next to those that Node trusts: PEM, one certificate each. */
  readonly certificateAuthorities: readonly string[]
  /** The local directory, when the workspace has one; absent: the identities of the real Entra tenant. */
  readonly directory?: DirectoryDocument
  /** What is there and not served, one line each (for the start-up banner). */
  readonly notServed: readonly { readonly api: string; readonly reason: string }[]
}

/** What reading a workspace gives: always a catalog of all that was sound, and every fault found on the way. */
export interface LoadedWorkspace {
  readonly catalog: Catalog
  readonly diagnostics: readonly Diagnostic[]
  /** Every file and folder that was read, absolute: what a reload watches. */
  readonly files: readonly string[]
}

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

/** Text of a policy file as it stands on disk, before anything read it. */
export interface PolicyDocument {
  readonly file: string
  readonly text: string
}

export type ApiType = 'http' | 'soap' | 'graphql' | 'websocket' | 'grpc' | 'odata' | 'wadl'

export interface Api {
  /** ARM name, with `;rev=N` when it is not the first artifact of its kind: `orders`, `orders;rev=2`. */
  readonly name: string
  readonly displayName: string
  /** URL path below the gateway's root, no slash at either end; empty for an API at the root. */
  readonly path: string
  readonly type: ApiType
  /** Why its calls answer 501, when they do. */
  readonly notServed?: string
  /** Code of the diagnostic for which its calls answer 503 (`--serve-valid`). */
  readonly fault?: string
  readonly revision: string
  readonly isCurrent: boolean
  readonly version?: string
  /** Name of its version set. */
  readonly versionSet?: string
  readonly protocols: readonly ('http' | 'https' | 'ws' | 'wss')[]
  readonly serviceUrl?: string
  readonly subscriptionRequired: boolean
  readonly subscriptionKeyNames: { readonly header: string; readonly query: string }
  readonly operations: readonly Operation[]
  /** XML schemas of its own definition (a WSDL's, or those of its `schemas` folder). */
  readonly xmlSchemas?: XmlSchemaSet
  /** What an OData service's metadata says. */
  readonly odata?: ODataModel
  readonly policy?: PolicyDocument
  readonly tags: readonly string[]
  /** Where it is described: `apiInformation.json`, or its entry in gatehouse.yaml. */
  readonly file: string
}

export interface Operation {
  readonly name: string
  readonly displayName: string
  /** Upper case; `*` takes every method. */
  readonly method: string
  /** As APIM writes it: `/orders/{id}`, `/files/*`, `/orders/{id}?status={status}`. */
  readonly urlTemplate: string
  readonly policy?: PolicyDocument
  /** What mock-response answers: from the specification's responses. */
  readonly responses: readonly OperationResponse[]
  /** What validation policies hold calls against; absent: nothing describes them. */
  readonly contract?: OperationContract
}

/** A JSON Schema, 2020-12 as far as OpenAPI has it. References are `definitions#/$defs/NAME`. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

/** What the specification says of an operation's calls. */
export interface OperationContract {
  readonly parameters: readonly OperationParameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: readonly MediaSchema[] }
  readonly responses: readonly ResponseContract[]
  /** Schemas that others refer to, by name; one object for all operations of a specification. */
  readonly definitions: Readonly<Record<string, JsonSchema>>
}

export interface OperationParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema?: JsonSchema
  /** How several values stand in one text; `multi`: each is a parameter of its own. */
  readonly separator: ',' | ' ' | '|' | '\t' | 'multi'
}

export interface MediaSchema {
  readonly contentType: string
  readonly schema?: JsonSchema
}

export interface ResponseContract {
  readonly statusCode: number
  readonly headers: readonly Omit<OperationParameter, 'in'>[]
  readonly content: readonly MediaSchema[]
}

export interface OperationResponse {
  readonly statusCode: number
  readonly representations: readonly Representation[]
}

export interface Representation {
  readonly contentType: string
  /** An example body as text, when the specification gives one, or one made from its schema. */
  readonly sample?: string
}

export interface Product {
  readonly name: string
  readonly displayName: string
  readonly state: 'published' | 'notPublished'
  readonly subscriptionRequired: boolean
  readonly approvalRequired: boolean
  readonly subscriptionsLimit?: number
  /** ARM names of its APIs (without revision). */
  readonly apis: readonly string[]
  readonly groups: readonly string[]
  readonly policy?: PolicyDocument
}

export type SubscriptionState = 'active' | 'suspended' | 'submitted' | 'rejected' | 'cancelled' | 'expired'

export interface Subscription {
  readonly name: string
  readonly displayName: string
  readonly scope:
    | { readonly kind: 'allApis' }
    | { readonly kind: 'product'; readonly product: string }
    | { readonly kind: 'api'; readonly api: string }
  readonly state: SubscriptionState
  readonly primaryKey?: string
  readonly secondaryKey?: string
  readonly allowTracing: boolean
  /** Name of the user that owns it, when one does. */
  readonly owner?: string
  /** ISO 8601 each. After the expiration date the subscription counts as expired. */
  readonly createdDate?: string
  readonly startDate?: string
  readonly endDate?: string
  readonly expirationDate?: string
}

export interface Group {
  readonly name: string
  readonly displayName: string
}

/** A developer account of API Management: `context.User` of calls under a subscription that it owns. */
export interface Developer {
  readonly name: string
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly note: string
  readonly state: 'active' | 'blocked' | 'pending' | 'deleted'
  /** ISO 8601. */
  readonly registrationDate?: string
  readonly identities: readonly { readonly provider: string; readonly id: string }[]
  /** Names of its groups, `developers` among them. */
  readonly groups: readonly string[]
}

/** A certificate of the workspace, under the id that policies and backends name it by. */
export interface Certificate {
  readonly id: string
  /** SHA-1 of the certificate, upper-case hexadecimal, as API Management writes it. */
  readonly thumbprint: string
  /** As .NET writes it: `CN=…, O=…`. */
  readonly subject: string
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly notAfter: number
  /** PEM: the certificate, then those that vouch for it, one text each. */
  readonly chain: readonly string[]
  /** Its private key; absent when the workspace holds the certificate alone. A KeyObject shows nothing of itself when it is printed. */
  readonly key?: KeyObject
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

export interface Backend {
  readonly name: string
  readonly url: string
  readonly title?: string
  readonly protocol: 'http' | 'soap'
  readonly credentials?: {
    readonly header: Readonly<Record<string, readonly string[]>>
    readonly query: Readonly<Record<string, readonly string[]>>
    readonly authorization?: { readonly scheme: string; readonly parameter: string }
    /** Id of the certificate of the workspace that the gateway shows. */
    readonly certificateId?: string
    /** The gateway brings a token of its own identity for this resource, or of the user-assigned identity with that client id. */
    readonly managedIdentity?: { readonly resource: string; readonly clientId?: string }
  }
  readonly tls: {
    readonly validateCertificateChain: boolean
    readonly validateCertificateName: boolean
    /** Present: only these certificates are believed, whatever chain they have. */
    readonly pins?: ServerPins
  }
  /** The HTTP proxy that calls go through. */
  readonly proxy?: { readonly url: string; readonly username?: string; readonly password?: string }
  /** Present: calls are spread over these; `url` is the first one's. */
  readonly pool?: readonly PoolMember[]
  /** Of a pool: the cookie that keeps a session's calls at one member. */
  readonly sessionAffinity?: { readonly cookie: string }
  /** Calls are kept from it for a time when one of these trips. */
  readonly circuitBreaker?: readonly BreakerRule[]
}

/** Certificates that a backend proves itself by. */
export interface ServerPins {
  /** SHA-1, upper-case hexadecimal. */
  readonly thumbprints: readonly string[]
  /** Common names: of certificates of the authority with that thumbprint, or of any that is trusted. */
  readonly names: readonly { readonly name: string; readonly issuerThumbprint?: string }[]
}

export interface PoolMember {
  /** Name of a backend that is no pool. */
  readonly backend: string
  /** Lower ones are used first, others only while none of those can take calls. */
  readonly priority: number
  /** Its share among those of the same priority. */
  readonly weight: number
}

export interface BreakerRule {
  readonly name: string
  /** So many failures within the interval (milliseconds) trip it, or so large a part of the calls; with both, both must be reached. */
  readonly count?: number
  readonly percentage?: number
  readonly interval: number
  readonly statusCodes: readonly { readonly min: number; readonly max: number }[]
  /** Failures without an answer, by API Management's names (`Timeout`, `BackendConnectionFailure`); `any`: all of them. */
  readonly errorReasons: readonly string[] | 'any'
  /** Milliseconds. */
  readonly tripDuration: number
  /** Whether the backend's own Retry-After takes the place of the duration. */
  readonly acceptRetryAfter: boolean
}

export interface NamedValue {
  /** ARM name. */
  readonly name: string
  /** What `{{…}}` in a policy names. */
  readonly displayName: string
  /** Absent when it cannot be known here (a Key Vault reference before it was followed). */
  readonly value?: string
  readonly secret: boolean
  readonly file: string
  /** Where its value stands, when that is looked at again while the gateway runs. */
  readonly source?: NamedValueSource
}

export type NamedValueSource =
  /** An absolute path; the last line break does not belong to the value. */
  { readonly kind: 'file'; readonly path: string } | VaultSecret

/** A secret of a key vault, as its identifier names it. */
export interface VaultSecret {
  readonly kind: 'keyVault'
  /** `https://NAME.vault.azure.net` */
  readonly vault: string
  readonly secret: string
  /** Without one it is the newest, which may change. */
  readonly version?: string
  /** Client id of the user-assigned identity that reads it; undefined: the gateway's own. */
  readonly clientId?: string
}

export interface PolicyFragment {
  /** What `fragment-id` names. */
  readonly name: string
  readonly policy: PolicyDocument
}

export interface VersionSet {
  readonly name: string
  readonly displayName: string
  readonly scheme: 'Segment' | 'Header' | 'Query'
  readonly headerName?: string
  readonly queryName?: string
}

export interface Tag {
  readonly name: string
  readonly displayName: string
}
