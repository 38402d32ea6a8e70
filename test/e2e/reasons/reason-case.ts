import type { ReasonCode } from '../../../src/catalog/reason.ts'
import type { Issued } from '../../../src/expressions/runtime/data/testing/make-certificates.ts'
import type { Stage } from './stage.ts'

export interface Sent {
  readonly method?: string
  /** Below the API, with its query. */
  readonly path?: string
  /** In place of the API's path and `path`. */
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** What the caller shows, and what links it to a root. */
  readonly certificate?: { readonly shown: Issued; readonly links: readonly Issued[] }
}

export type Sending = Sent | ((stage: Stage) => Promise<Sent>)

/** Policies of the case's API, by section. */
export type Sections = Partial<Record<'inbound' | 'backend' | 'outbound' | 'on-error', string>>

/** One way to a reason code, and back out of it. Each case has an API of its own, at the path of its name. `BACKEND` stands for the backend's address. */
export interface ReasonCase {
  readonly code: ReasonCode
  /** What is special about it, where a code has several cases. */
  readonly shows?: string
  readonly policy?: Sections
  /** Over the properties of the API. */
  readonly api?: object
  /** In place of `/x` with GET and POST. */
  readonly paths?: object
  /** Further files; `name` is the API's. */
  readonly files?: (name: string) => Readonly<Record<string, string>>
  readonly send?: Sending
  /** Calls before the one that is looked at. */
  readonly before?: number
  readonly decision?: 'allowed' | 'refused' | 'failed'
  readonly status: number
  /** The message of API Management's error body; absent: the answer is none. */
  readonly message?: RegExp
  /** Further headers of the answer. */
  readonly answers?: Readonly<Record<string, RegExp>>
  /** The element that decides; its file and line are looked up in the policy's text. */
  readonly decidedBy?: string
  readonly expected?: RegExp
  readonly received?: RegExp
  /** What `explain` says; empty for what needs no mend. */
  readonly mend: RegExp | ''
  /** Why it cannot be asked beforehand. */
  readonly notAsked?: string
  readonly mixUps?: readonly string[]
  /** What mends it, and how the call then goes. */
  readonly mended?: {
    readonly policy?: Sections
    readonly files?: (name: string) => Readonly<Record<string, string>>
    readonly send?: Sending
    /** Until when the call waits. */
    readonly until?: (stage: Stage) => Promise<void>
    readonly reason?: ReasonCode
  }
}
