import { definePolicy, literal, value } from '../define-policy.ts'

/** Puts the policies of a fragment in its place; they are checked as if they stood there. */
export const includeFragment = definePolicy({
  element: 'include-fragment',
  summary: 'Inserts the policies of a policy fragment.',
  source: 'Include fragment',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: { attributes: { 'fragment-id': literal(value.string({ nonEmpty: true })) } },
  inlines: 'fragment',
})
