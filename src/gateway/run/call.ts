import type { Api, Operation, Product, Subscription } from '../../catalog/catalog.ts'
import type { Value } from '../../expressions/types/values.ts'
import type {
  CallContext,
  Caller,
  ClaimedCaller,
  LastError,
  RequestMessage,
  ResponseMessage,
  User,
} from '../../policies/context/call-context.ts'
import type { Tracer } from '../../policies/trace/tracer.ts'
import type { Via } from '../forward/outgoing-headers.ts'

/** Where this gateway runs, as `context.Deployment` tells it. */
export const deployment = { region: 'local', serviceName: 'gatehouse', gatewayId: 'local' } as const

/** What a call is made of before any policy ran. */
export interface CallParts
  extends Pick<CallContext, 'requestId' | 'startedAt' | 'api' | 'operation' | 'product' | 'subscription' | 'user' | 'request'> {
  readonly via: Via
  readonly deployment?: CallContext['deployment']
}

/** The context of one call. Its abort signal is made only when somebody asks for it. */
export class Call implements CallContext {
  readonly requestId: string
  readonly startedAt: number
  readonly api: Api
  readonly operation: Operation
  readonly product: Product | null
  readonly subscription: Subscription | null
  readonly user: User | null
  readonly deployment: CallContext['deployment']
  readonly request: RequestMessage
  readonly via: Via
  readonly variables = new Map<string, Value>()
  readonly lateHeaders: [name: string, value: string][] = []
  readonly finalizers: ((ctx: CallContext) => void)[] = []
  response: ResponseMessage | null = null
  lastError: LastError | null = null
  backendName: string | null = null
  backendBasePath?: string
  caller: Caller | null = null
  claimedBy?: ClaimedCaller
  countedKeys: Set<string> | null = null
  tracer: Tracer | null = null
  backendTime = 0
  transferred = 0
  #abort: AbortController | undefined
  #gone = false

  constructor(parts: CallParts) {
    this.requestId = parts.requestId
    this.startedAt = parts.startedAt
    this.api = parts.api
    this.operation = parts.operation
    this.product = parts.product
    this.subscription = parts.subscription
    this.user = parts.user
    this.request = parts.request
    this.via = parts.via
    this.deployment = parts.deployment ?? deployment
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#gone) this.#abort.abort()
    }
    return this.#abort.signal
  }

  /** The caller went away before the answer was out. */
  get isGone(): boolean {
    return this.#gone
  }

  /** Gives the call up: what waits for the backend or a delay ends. */
  giveUp(): void {
    this.#gone = true
    this.#abort?.abort()
  }
}
