import { JArray, JObject } from '../../expressions/runtime/data/json/containers.ts'
import { JValue } from '../../expressions/runtime/data/json/value.ts'
import { startBudget } from '../../expressions/types/budget.ts'
import type { CallContext } from '../context/call-context.ts'
import { value } from '../define-policy.ts'
import { next, type Outcome, refuse } from '../outcome.ts'
import type { Ports } from '../ports.ts'
import type { SectionName } from '../step.ts'
import type { PolicyPlace } from '../trace/tracer.ts'

/** What a validation policy does about an error ("Actions"). */
export const action = value.choice(['ignore', 'prevent', 'detect'])
export type Action = 'ignore' | 'prevent' | 'detect'

/** An error as the reference tables it ("Validation errors"). */
export interface ValidationError {
  readonly name: string
  readonly type:
    | 'RequestBody'
    | 'ResponseBody'
    | 'ApiSchema'
    | 'QueryParameter'
    | 'PathParameter'
    | 'RequestHeader'
    | 'ResponseHeader'
    | 'StatusCode'
    | 'RequestUrl'
  readonly rule:
    | ''
    | 'SizeLimit'
    | 'Unspecified'
    | 'MissingDefinition'
    | 'IncorrectMessage'
    | 'ValidationError'
    | 'ValidationException'
  /** For the variable, the log and the record: never a value of the message. */
  readonly details: string
  /** For the caller, when the fault is the caller's own; else the caller learns nothing. */
  readonly publicMessage?: string
  readonly action: 'prevent' | 'detect'
}

const hidden = 'The request could not be processed due to an internal error. Contact the API owner.'

export interface Verdict {
  readonly policy: string
  readonly section: SectionName
  readonly variable: string | undefined
  readonly place: PolicyPlace
  readonly log: Ports['log']
}

/** Keeps and logs the errors; refuses the call for the first that prevents. */
export function conclude(
  ctx: CallContext,
  errors: readonly ValidationError[],
  { policy, section, variable, place, log }: Verdict,
): Outcome {
  if (ctx.tracer !== null) {
    const received = errors.length === 0 ? ['nothing wrong'] : errors.map(({ details, action: taken }) => `${taken}: ${details}`)
    ctx.tracer.compared(place, { subject: 'the message', expected: ['as described'], received, holds: errors.length === 0 })
  }
  if (errors.length === 0) return next
  if (variable !== undefined) ctx.variables.set(variable, listOf(errors))
  for (const { details } of errors) log({ severity: 'information', source: policy, message: details, requestId: ctx.requestId })
  const [first] = errors.filter(error => error.action === 'prevent')
  if (first === undefined) return next
  const isRequest = section === 'inbound'
  return refuse({
    reason: isRequest ? 'request.not-valid' : 'response.not-valid',
    statusCode: isRequest ? 400 : 502,
    message: first.publicMessage ?? hidden,
    errorReason: isRequest ? 'BadRequest' : 'ResponseNotAllowed',
    errorMessage: first.details,
    received: errors.map(({ details }) => details),
  })
}

/** Far more than errors that one message can have. */
const listSteps = 10_000_000

function listOf(errors: readonly ValidationError[]): JArray {
  startBudget(listSteps)
  const list = new JArray()
  for (const { name, type, rule, details, action: taken } of errors) {
    const error = new JObject()
    const members = { Name: name, Type: type, ValidationRule: rule, Details: details, Action: taken }
    for (const [key, text] of Object.entries(members)) error.set(key, JValue.text(text))
    list.insertAt(list.items.length, error)
  }
  return list
}

/** An operation that no specification describes cannot be validated: that is an error, not a pass. */
export function noSchema(taken: Action): readonly ValidationError[] {
  if (taken === 'ignore') return []
  const details = "API's schema does not exist or it could not be resolved."
  return [{ name: '', type: 'ApiSchema', rule: '', details, action: taken }]
}
