import type { ValidationError } from './validation-errors.ts'

/** What a body is held against, for the errors that come of it. */
export interface BodyCheck {
  /** The content type that the body is held against. */
  readonly type: string
  readonly isRequest: boolean
  readonly action: 'prevent' | 'detect'
  /** Name of the schema or of the definition in it, when it has one. */
  readonly definition?: string | undefined
}

/** "Body of the request does not conform to the definition …" */
export function incorrectBody({ type, isRequest, action, definition }: BodyCheck, why: string): ValidationError {
  const whose = isRequest ? 'request' : 'response'
  const named = definition === undefined ? '' : ` ${definition}`
  const details = `Body of the ${whose} does not conform to the definition${named}, which is associated with the content type ${type}. ${why}`
  return {
    name: type,
    type: isRequest ? 'RequestBody' : 'ResponseBody',
    rule: 'IncorrectMessage',
    details,
    action,
    ...(isRequest ? { publicMessage: details } : {}),
  }
}

/** "Body of the request cannot be validated …": what is wrong is not the caller's business. */
export function unvalidatedBody({ type, isRequest, action }: BodyCheck, why: string): ValidationError {
  const details = `Body of the ${isRequest ? 'request' : 'response'} cannot be validated for the content type ${type}. ${why}`
  return { name: '', type: isRequest ? 'RequestBody' : 'ResponseBody', rule: 'ValidationException', details, action }
}
