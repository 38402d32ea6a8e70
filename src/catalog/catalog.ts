import type { KeyObject } from 'node:crypto'
import type { CredentialProvider } from './credential-provider.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { DirectoryDocument } from './directory.ts'
import type { ODataModel } from './odata-model.ts'
import type { SchemaDocument, XmlSchemaSet } from './schema-document.ts'
import type { Settings } from './settings.ts'

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
