import type { ReasonCode } from '../../catalog/reason.ts'
import type { Place } from '../../workspace/text/text-node.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Text is compared as it is, anything else as JSON. */
export type BodySpec = Json

export type HeaderSpec = readonly (readonly [name: string, value: string])[]

/** Who calls: a token of the local directory for an application, or for a user who signed in with it. */
export interface TestCaller {
  readonly client: string
  readonly user?: string
  readonly scope: string
}

export interface TestAnswer {
  readonly status: number
  readonly headers: HeaderSpec
  readonly body?: BodySpec
}

/** One call and what must come of it. What an expectation leaves out does not matter. */
export interface PolicyTest {
  readonly name: string
  readonly at: Place
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: HeaderSpec
    readonly body?: BodySpec
    readonly ip: string
  }
  readonly caller?: TestCaller
  readonly backend: TestAnswer
  /** Answers to requests of policies, by exact URL. */
  readonly answers: readonly (TestAnswer & { readonly url: string })[]
  readonly expect: {
    readonly status?: number
    readonly reason?: ReasonCode
    readonly headers: HeaderSpec
    readonly body?: BodySpec
    /** What the backend was sent; false: nothing reached it. */
    readonly backend?:
      | false
      | { readonly method?: string; readonly url?: string; readonly headers: HeaderSpec; readonly body?: BodySpec }
  }
}
