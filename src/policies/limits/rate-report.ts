import type { Content } from '../define-policy.ts'
import { literal, optional, value } from '../define-policy.ts'
import type { RateReport } from './rate.ts'

/** The attributes by which rate-limit and rate-limit-by-key say where they report. */
export const reportAttributes = {
  'retry-after-header-name': optional(literal(value.string({ nonEmpty: true }))),
  'retry-after-variable-name': optional(literal(value.string({ nonEmpty: true }))),
  'remaining-calls-header-name': optional(literal(value.string({ nonEmpty: true }))),
  'remaining-calls-variable-name': optional(literal(value.string({ nonEmpty: true }))),
  'total-calls-header-name': optional(literal(value.string({ nonEmpty: true }))),
} as const

export function reportFrom(attributes: Content<{ attributes: typeof reportAttributes }>['attributes']): RateReport {
  return {
    retryAfterHeader: attributes['retry-after-header-name'].constant ?? 'Retry-After',
    retryAfterVariable: attributes['retry-after-variable-name'].constant,
    remainingHeader: attributes['remaining-calls-header-name'].constant,
    remainingVariable: attributes['remaining-calls-variable-name'].constant,
    totalHeader: attributes['total-calls-header-name'].constant,
  }
}
