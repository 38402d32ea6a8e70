import type { Grant } from '../../access/grant.ts'
import type { AuditSigner } from '../../audit/audit-key.ts'
import type { ChainHead } from '../../audit/chain-head.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import type { TraceSettings } from '../../catalog/settings.ts'
import type { BoundTenant } from '../../identity/entra-hosts.ts'
import type { LocalDirectory } from '../../identity/http-fetch.ts'
import type { SharedStoreOptions } from '../../store/redis/open-shared-store.ts'
import type { BackendMemory } from '../counters/backend-states.ts'
import type { CacheMemory } from '../counters/shared-cache.ts'
import type { CounterMemory } from '../counters/shared-counters.ts'
import type { Sample } from '../telemetry/samples.ts'

/** Whose tokens are judged by whose keys: fixed at start, the same for every thread. */
export type IdentityBinding =
  | { readonly kind: 'directory'; readonly tenant: BoundTenant; readonly directory: LocalDirectory }
  | { readonly kind: 'entra' }
  | { readonly kind: 'none' }

/** What a worker is born with. */
export interface WorkerData {
  readonly index: number
  readonly counters: CounterMemory
  readonly cache: CacheMemory
  readonly backends: BackendMemory
  readonly identity: IdentityBinding
  /** Folder of the audit segments, and what signs their checkpoints. */
  readonly audit: string
  readonly auditSigner: AuditSigner
  /** What the names of this process's writers begin with. */
  readonly auditRun: string
  readonly auditSegmentBytes?: number
  /** Folder of calls that are kept to be run again. */
  readonly keptCalls: string
  /** Time-boxed grants in force. */
  readonly grants: readonly Grant[]
  /** Present: what counts and caches for several gateways. */
  readonly store?: SharedStoreOptions
  /** Whether what happens is measured. */
  readonly measures: boolean
  /** Present: calls are traced. */
  readonly traces?: TraceSettings
}

export type ToWorker =
  /** Compile this configuration and say so; nothing is served by it yet. */
  | { readonly type: 'prepare'; readonly generation: number; readonly catalog: Catalog }
  /** Serve by the configuration that was prepared. */
  | { readonly type: 'activate'; readonly generation: number }
  /** These grants are in force from now on, and no others. */
  | { readonly type: 'grants'; readonly grants: readonly Grant[] }
  | { readonly type: 'listen'; readonly host: string; readonly port: number; readonly reusePort: boolean }
  /** Say what was measured since you were asked last. */
  | { readonly type: 'collect' }
  /** Accept nothing new, end calls in flight within `grace` ms, then exit. */
  | { readonly type: 'stop'; readonly grace: number }

export type FromWorker =
  | { readonly type: 'prepared'; readonly generation: number }
  | { readonly type: 'activated'; readonly generation: number }
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly message: string; readonly code?: string }
  | Notice

/** What a worker tells without being asked. */
export type Notice =
  /** The shared store went away from this thread, or came back. */
  | { readonly type: 'store'; readonly away: boolean; readonly message: string }
  | { readonly type: 'metrics'; readonly samples: readonly Sample[] }
  /** The thread began a segment of the audit trail. */
  | { readonly type: 'segment'; readonly name: string }
  /** Its chain there goes so far, signed and on the disk. */
  | { readonly type: 'head'; readonly head: ChainHead }
  | {
      readonly type: 'log'
      readonly severity: 'verbose' | 'information' | 'error'
      readonly source: string
      readonly message: string
      readonly requestId?: string
    }

/** Bytes of the cache that cache-store-value writes into. */
export const cacheBytes = 64 * 1024 * 1024
