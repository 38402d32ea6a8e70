import type { JsonSchema } from '../../catalog/catalog.ts'
import { type Definitions, validatorFor } from './schema-validator.ts'
import type { ValidationError } from './validation-errors.ts'

export interface BodyCheck {
  /** The content type that the body is held against. */
  readonly type: string
  readonly isRequest: boolean
  readonly action: 'prevent' | 'detect'
  readonly definitions: Definitions
  /** What the policy says of additional properties. */
  readonly allow?: boolean
}

/** Whether a body is JSON that fits its schema. */
export function checkJson(bytes: Uint8Array, schema: JsonSchema | undefined, check: BodyCheck): readonly ValidationError[] {
  const { type, isRequest, action } = check
  if (schema === undefined)
    return [{ name: '', type: 'ApiSchema', rule: '', details: "API's schema does not specify definitions.", action }]
  const whose = isRequest ? 'request' : 'response'
  const kind = isRequest ? 'RequestBody' : 'ResponseBody'
  const incorrect = (why: string): ValidationError => {
    const details = `Body of the ${whose} does not conform to the definition${nameOf(schema)}, which is associated with the content type ${type}. ${why}`
    return { name: type, type: kind, rule: 'IncorrectMessage', details, action, ...(isRequest ? { publicMessage: details } : {}) }
  }
  const parsed = parse(bytes)
  if (parsed === undefined) return [incorrect('It is no JSON.')]
  const verdict = validatorFor(check.definitions, check.allow).validate(schema, parsed.value)
  if (verdict.kind === 'fits') return []
  if (verdict.kind === 'misfit') return [incorrect(verdict.message)]
  const details = `Body of the ${whose} cannot be validated for the content type ${type}. ${verdict.message}`
  return [{ name: '', type: kind, rule: 'ValidationException', details, action }]
}

function nameOf(schema: JsonSchema): string {
  const reference = typeof schema === 'object' ? schema.$ref : undefined
  return typeof reference === 'string' ? ` ${reference.slice(reference.lastIndexOf('/') + 1)}` : ''
}

/** Undefined for what is no JSON in UTF-8. */
function parse(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return undefined
  }
}
