import type { DecisionRecord } from '../../audit/record.ts'
import type { Api, Catalog, Operation } from '../../catalog/catalog.ts'
import type { ReasonCode } from '../../catalog/reason.ts'
import type { CallContext } from '../../policies/context/call-context.ts'
import { RequestUrl } from '../../policies/context/request-url.ts'
import type { PolicyProgram } from '../../policies/plan.ts'
import type { Wardrobe } from '../forward/outfit.ts'
import { Router } from '../route/router.ts'
import { deployment } from './call.ts'
import { CallerCertificates, heldCertificates } from './shown-certificate.ts'
import { Subscriptions } from './subscriptions.ts'
import { type TrustedPeers, trustedPeers } from './trusted-peers.ts'

/** Where an API's requests go before a policy says otherwise; undefined when it has no service URL. */
export interface ApiTarget {
  readonly api: Api
  readonly base: RequestUrl | undefined
  /** Stands for the operation when none fits: its plan holds the policies of the wider scopes. */
  readonly unmatched: Operation
}

/** Everything that serving needs of one configuration, made once; a reload makes another and swaps. */
export interface Runtime {
  readonly catalog: Catalog
  readonly generation: number
  readonly worker: number
  readonly identity: DecisionRecord['identity']
  readonly router: Router<ApiTarget, Operation>
  readonly subscriptions: Subscriptions
  readonly program: PolicyProgram
  readonly trusted: TrustedPeers
  /** Where this gateway runs, and the certificates that it holds. */
  readonly deployment: CallContext['deployment']
  readonly callers: CallerCertificates
  /** What requests to backends carry. */
  readonly wardrobe: Wardrobe
  /** For calls to no API at all: the global policy still has its say on the error. */
  readonly nowhere: ApiTarget
}

export interface RuntimeParts {
  readonly catalog: Catalog
  readonly program: PolicyProgram
  readonly generation: number
  readonly worker: number
  readonly identity: DecisionRecord['identity']
  /** Absent: nobody forwards. */
  readonly wardrobe?: Wardrobe
}

export function createRuntime({ catalog, program, generation, worker, identity, wardrobe }: RuntimeParts): Runtime {
  const routed = catalog.apis.map(api => ({
    api,
    target: targetOf(api),
    operations: api.operations.map(operation => ({ operation, target: operation })),
  }))
  return {
    catalog,
    generation,
    worker,
    identity,
    program,
    router: new Router(routed, catalog.versionSets),
    subscriptions: new Subscriptions(catalog),
    trusted: trustedPeers(catalog.settings.gateway.trustedProxies),
    deployment: catalog.certificates.length === 0 ? deployment : { ...deployment, certificates: heldCertificates(catalog) },
    callers: new CallerCertificates(catalog),
    wardrobe: wardrobe ?? noWardrobe,
    nowhere: targetOf(noApi),
  }
}

const noWardrobe: Wardrobe = {
  backends: new Map(),
  managedIdentityToken: () => ({ kind: 'failure', message: 'nothing is forwarded here' }),
}

/** A WebSocket begins as an HTTP request. */
const asHttp = (url: string) => url.replace(/^ws(s?):/i, 'http$1:')

function targetOf(api: Api): ApiTarget {
  return {
    api,
    base: api.serviceUrl === undefined ? undefined : RequestUrl.parse(asHttp(api.serviceUrl)),
    unmatched: { ...noOperation },
  }
}

const noOperation: Operation = { name: '', displayName: '', method: '*', urlTemplate: '/*', responses: [] }

const noApi: Api = {
  name: '',
  displayName: '',
  path: '',
  type: 'http',
  revision: '1',
  isCurrent: true,
  protocols: ['http', 'https'],
  subscriptionRequired: false,
  subscriptionKeyNames: { header: 'Ocp-Apim-Subscription-Key', query: 'subscription-key' },
  operations: [],
  tags: [],
  file: '',
}

/** What API Management calls the errors of its own steps before any policy ("Predefined errors for built-in steps"). */
export const builtInErrors = {
  'route.no-api': {
    source: 'configuration',
    reason: 'OperationNotFound',
    message: 'Unable to match incoming request to an operation.',
  },
  'route.no-operation': {
    source: 'configuration',
    reason: 'OperationNotFound',
    message: 'Unable to match incoming request to an operation.',
  },
  'subscription.missing': {
    source: 'authorization',
    reason: 'SubscriptionKeyNotFound',
    message:
      'Access denied due to missing subscription key. Make sure to include subscription key when making requests to this API.',
  },
  'subscription.invalid': {
    source: 'authorization',
    reason: 'SubscriptionKeyInvalid',
    message: 'Access denied due to invalid subscription key. Make sure to provide a valid key for an active subscription.',
  },
} as const satisfies Partial<Record<ReasonCode, { source: string; reason: string; message: string }>>
