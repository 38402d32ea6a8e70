import type { ClientCertificate, ProxyServer } from './connection.ts'
import type { Body } from './context/body.ts'
import type { CallContext } from './context/call-context.ts'
import type { Headers } from './context/headers.ts'
import type { Outcome } from './outcome.ts'

export type SectionName = 'inbound' | 'backend' | 'outbound' | 'on-error'

export const sectionNames: readonly SectionName[] = ['inbound', 'backend', 'outbound', 'on-error']

export type ScopeName = 'global' | 'workspace' | 'product' | 'api' | 'operation'

export const scopeNames: readonly ScopeName[] = ['global', 'workspace', 'product', 'api', 'operation']

/** A compiled policy, or several in a row. Answers at once unless it waits for something. May throw what an expression throws. */
export type Step = (ctx: CallContext) => Outcome | Promise<Outcome>

/**
 * What set-header, set-body and their like change: the context's request or response, or a message that another policy is
 * making (send-request, return-response). A request has a method, a response a status.
 */
export interface ShapedMessage {
  headers: Headers
  body: Body
  method?: string
  statusCode?: number
  statusReason?: string
  /** How a request’s connection is made: the policies proxy and authentication-certificate say. */
  proxy?: ProxyServer | undefined
  clientCertificate?: ClientCertificate | undefined
}

/** A step that changes the message it is handed. */
export type Shaper = (ctx: CallContext, message: ShapedMessage) => Outcome | Promise<Outcome>

/** What must be whole in memory before a step runs. `message-body`: of whichever message the step shapes. */
export type Need = 'request-body' | 'response-body' | 'message-body'
