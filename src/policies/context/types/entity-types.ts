import type { Api, Operation, Product, Subscription } from '../../../catalog/catalog.ts'
import type { NetCertificate } from '../../../expressions/runtime/data/crypto/certificate.ts'
import { dateByTicks } from '../../../expressions/runtime/data/json/made-values.ts'
import { makeArray } from '../../../expressions/types/arrays.ts'
import { type DefinedType, defineType } from '../../../expressions/types/define-type.ts'
import type { Raw, Value } from '../../../expressions/types/values.ts'
import type { CallContext, LastError, User } from '../call-context.ts'
import { apisOf, groupsOf } from '../product-links.ts'
import { RequestUrl } from '../request-url.ts'
import { asDictionary, certificatesType } from './lookups.ts'
import { stamp, stringType } from './stamp.ts'

type Deployment = CallContext['deployment']
interface Named {
  readonly id: string
  readonly name: string
}

/** An API of the context; `contextPath` is its path as a described context gives it. */
export type ContextApi = Api & { readonly contextPath?: string | null }

const list = <T extends object>(items: readonly T[], type: DefinedType): Raw =>
  makeArray(
    type.of(),
    items.map(item => stamp(item, () => type.of())),
  )
const texts = (items: readonly string[]): Raw => makeArray(stringType(), [...items])

export const group = defineType('interface IGroup', {
  'string Id { get; }': (self: Named) => self.id,
  'string Name { get; }': (self: Named) => self.name,
})

export const userIdentity = defineType('interface IUserIdentity', {
  'string Id { get; }': (self: { readonly id: string }) => self.id,
  'string Provider { get; }': (self: { readonly provider: string }) => self.provider,
})

export const keyNames = defineType('interface ISubscriptionKeyParameterNames', {
  'string Header { get; }': (self: Api['subscriptionKeyNames']) => self.header,
  'string Query { get; }': (self: Api['subscriptionKeyNames']) => self.query,
})

export const api = defineType('interface IApi', {
  'string Id { get; }': (self: Api) => self.name,
  'bool IsCurrentRevision { get; }': (self: Api) => self.isCurrent,
  'string Name { get; }': (self: Api) => self.displayName,
  'string Path { get; }': (self: ContextApi) => (self.contextPath === undefined ? `/${self.path}` : self.contextPath),
  'IEnumerable<string> Protocols { get; }': (self: Api) => texts(self.protocols),
  'string Revision { get; }': (self: Api) => self.revision,
  'IUrl ServiceUrl { get; }': (self: Api) => RequestUrl.parse(self.serviceUrl ?? '') ?? null,
  'ISubscriptionKeyParameterNames SubscriptionKeyParameterNames { get; }': (self: Api) =>
    stamp(self.subscriptionKeyNames, () => keyNames.of()),
  'string Version { get; }': (self: Api) => self.version ?? null,
})

export const operation = defineType('interface IOperation', {
  'string Id { get; }': (self: Operation) => self.name,
  'string Method { get; }': (self: Operation) => self.method,
  'string Name { get; }': (self: Operation) => self.displayName,
  'string UrlTemplate { get; }': (self: Operation) => self.urlTemplate,
})

export const productState = defineType('enum ProductState', {
  'const ProductState NotPublished': { constant: 0 },
  'const ProductState Published': { constant: 1 },
})

export const product = defineType('interface IProduct', {
  'IEnumerable<IApi> Apis { get; }': (self: Product) => list(apisOf(self), api),
  'bool ApprovalRequired { get; }': (self: Product) => self.approvalRequired,
  'IEnumerable<IGroup> Groups { get; }': (self: Product) => list(groupsOf(self), group),
  'string Id { get; }': (self: Product) => self.name,
  'string Name { get; }': (self: Product) => self.displayName,
  'ProductState State { get; }': (self: Product) => (self.state === 'published' ? 1 : 0),
  'int? SubscriptionLimit { get; }': (self: Product) => self.subscriptionsLimit ?? null,
  'int? SubscriptionsLimit { get; }': (self: Product) => self.subscriptionsLimit ?? null,
  'bool SubscriptionRequired { get; }': (self: Product) => self.subscriptionRequired,
})

/** Milliseconds since 1970-01-01 UTC as a DateTime in UTC. */
export function dateTime(ms: number): Value {
  return dateByTicks(BigInt(Math.round(ms)) * 10_000n + 621_355_968_000_000_000n, 1)
}

/** A date of ISO 8601; what nothing tells is `DateTime.MinValue`. */
const dateOr = (text: string | undefined) => (text === undefined ? dateByTicks(0n, 1) : dateTime(Date.parse(text)))
const dateOrNull = (text: string | undefined) => (text === undefined ? null : dateTime(Date.parse(text)))

export const subscription = defineType('interface ISubscription', {
  'DateTime CreatedDate { get; }': (self: Subscription) => dateOr(self.createdDate),
  'DateTime? EndDate { get; }': (self: Subscription) => dateOrNull(self.endDate ?? self.expirationDate),
  'string Id { get; }': (self: Subscription) => self.name,
  'string Key { get; }': (self: Subscription) => self.primaryKey ?? null,
  'string Name { get; }': (self: Subscription) => self.displayName,
  'string PrimaryKey { get; }': (self: Subscription) => self.primaryKey ?? null,
  'string SecondaryKey { get; }': (self: Subscription) => self.secondaryKey ?? null,
  'DateTime? StartDate { get; }': (self: Subscription) => dateOrNull(self.startDate),
})

export const user = defineType('interface IUser', {
  'string Email { get; }': (self: User) => self.email,
  'string FirstName { get; }': (self: User) => self.firstName,
  'IEnumerable<IGroup> Groups { get; }': (self: User) => list(self.groups, group),
  'string Id { get; }': (self: User) => self.id,
  'IEnumerable<IUserIdentity> Identities { get; }': (self: User) => list(self.identities ?? [], userIdentity),
  'string LastName { get; }': (self: User) => self.lastName,
  'string Note { get; }': (self: User) => self.note ?? '',
  'DateTime RegistrationDate { get; }': (self: User) => dateOr(self.registrationDate),
})

export const gateway = defineType('interface IGateway', {
  'string Id { get; }': (self: Deployment) => self.gatewayId,
  'string InstanceId { get; }': (self: Deployment) => self.gatewayId,
  'bool IsManaged { get; }': (self: Deployment) => self.gatewayId === 'managed',
})

const noCertificates: ReadonlyMap<string, NetCertificate> = new Map()

export const backendType = defineType('enum BackendType', {
  'const BackendType Single': { constant: 0 },
  'const BackendType Pool': { constant: 1 },
})

/** The backend that set-backend-service chose. Its region is Azure's to know. */
export const backend = defineType('interface IBackend', {
  'string AzureRegion { get; }': () => null,
  'string Id { get; }': (self: { readonly name: string }) => self.name,
  'BackendType Type { get; }': () => 0,
})

export const workspace = defineType('interface IWorkspace', {
  'string Id { get; }': () => null,
  'string Name { get; }': () => null,
})

export const carbonIntensity = defineType('enum CarbonIntensityCategory', {
  'const CarbonIntensityCategory NotAvailable': { constant: 0 },
  'const CarbonIntensityCategory VeryLow': { constant: 1 },
  'const CarbonIntensityCategory Low': { constant: 2 },
  'const CarbonIntensityCategory Medium': { constant: 3 },
  'const CarbonIntensityCategory High': { constant: 4 },
  'const CarbonIntensityCategory VeryHigh': { constant: 5 },
})

/** What Azure tells of its regions; not known outside. */
export const sustainability = defineType('interface ISustainabilityInfo', {
  'CarbonIntensityCategory CurrentCarbonIntensity { get; }': () => 0,
})

const noSustainability = {}

export const deployment = defineType('interface IDeployment', {
  'IReadOnlyDictionary<string, X509Certificate2> Certificates { get; }': (self: Deployment) =>
    asDictionary(self.certificates ?? noCertificates, certificatesType),
  'IGateway Gateway { get; }': (self: Deployment) => self,
  'string GatewayId { get; }': (self: Deployment) => self.gatewayId,
  'string Region { get; }': (self: Deployment) => self.region,
  'ISustainabilityInfo SustainabilityInfo { get; }': () => stamp(noSustainability, () => sustainability.of()),
  'string ServiceId { get; }': (self: Deployment) => self.serviceName,
  'string ServiceName { get; }': (self: Deployment) => self.serviceName,
})

export const lastError = defineType('class ProxyError', {
  'string Source { get; }': (self: LastError) => self.source,
  'string Reason { get; }': (self: LastError) => self.reason,
  'string Message { get; }': (self: LastError) => self.message,
  'string Scope { get; }': (self: LastError) => self.scope,
  'string Section { get; }': (self: LastError) => self.section,
  'string Path { get; }': (self: LastError) => self.path,
  'string PolicyId { get; }': (self: LastError) => self.policyId,
})
