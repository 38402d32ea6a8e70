import type { ReasonCode } from '../../catalog/reason.ts'
import type { Place } from '../../workspace/text/text-node.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Text is sent as it is, anything else as JSON. */
export type BodySpec = Json

export type HeaderSpec = readonly (readonly [name: string, value: string])[]

/** What a text must be: that very one, one in which the expression finds something, or none at all. */
export type TextMatch =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'matches'; readonly expression: RegExp }
  | { readonly kind: 'absent' }

/** What a JSON value must be. */
export type JsonMatch = { readonly kind: 'equal'; readonly value: Json } | Exclude<TextMatch, { kind: 'exact' }>

/** Who calls: a token of the local directory for an application, or for a user who signed in with it. */
export interface DirectoryCaller {
  readonly kind: 'directory'
  readonly client: string
  readonly user?: string
  readonly scope: string
}

/** Who calls: a token with these claims, whose signature counts as good. Everything else of it is judged. */
export interface ClaimsCaller {
  readonly kind: 'claims'
  readonly claims: { readonly [name: string]: Json }
}

export type TestCaller = DirectoryCaller | ClaimsCaller

export interface TestAnswer {
  readonly status: number
  readonly headers: HeaderSpec
  readonly body?: BodySpec
  /** It cannot be reached. */
  readonly fails: boolean
}

/** What of a body must be so; the parts that are left out do not matter. */
export interface BodyMatch {
  /** The whole: a text as it is, anything else as JSON. */
  readonly body?: BodySpec
  readonly bodyMatches?: RegExp
  /** JSONPath, as Newtonsoft's SelectToken takes it, and what stands there. */
  readonly json: readonly (readonly [path: string, match: JsonMatch])[]
}

export interface SentMatch extends BodyMatch {
  readonly method?: string
  readonly url?: TextMatch
  readonly headers: readonly (readonly [name: string, match: TextMatch])[]
}

/** The name of a policy or branch, and where the test has it. */
export interface NamedPolicy {
  readonly name: string
  readonly at: Place
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
  /** Milliseconds since 1970 at which the clock stands; absent: the real clock. */
  readonly now?: number
  /** In `context.Variables` before the first policy runs. */
  readonly variables: readonly (readonly [name: string, value: Json])[]
  readonly caller?: TestCaller
  /** What the backend answers, call by call (retry); the last answer stays. */
  readonly backend: readonly TestAnswer[]
  /** Answers to requests of policies, by exact URL and, when it is said, by method. */
  readonly answers: readonly (TestAnswer & { readonly url: string; readonly method?: string })[]
  readonly expect: BodyMatch & {
    readonly status?: number
    readonly reason?: ReasonCode
    readonly headers: SentMatch['headers']
    readonly variables: readonly (readonly [name: string, match: JsonMatch])[]
    /** What the backend was sent last; false: nothing reached it. */
    readonly backend?: false | SentMatch
    /** What policies sent elsewhere: each must have been sent. */
    readonly sent: readonly (SentMatch & { readonly url: TextMatch })[]
    /** Policies and branches by element, id or path: they ran, or did not. */
    readonly ran: readonly NamedPolicy[]
    readonly notRan: readonly NamedPolicy[]
    /** The answer must be the one that was kept before. */
    readonly snapshot: boolean
  }
}
