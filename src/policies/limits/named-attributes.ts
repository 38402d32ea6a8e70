import { literal, optional, value } from '../define-policy.ts'

/** How `<api>` and `<operation>` inside rate-limit and quota say which one they mean. */
export const namedAttributes = {
  name: optional(literal(value.string({ nonEmpty: true }))),
  id: optional(literal(value.string({ nonEmpty: true }))),
} as const
