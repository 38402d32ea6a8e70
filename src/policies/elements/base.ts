import { definePolicy } from '../define-policy.ts'

/** Runs the policies of the next wider scope: where it stands is where they come in; without it they do not run. */
export const base = definePolicy({
  element: 'base',
  summary: 'Runs the policies of the next wider scope here.',
  source: 'Policies in Azure API Management, "Policy evaluation order"',
  sections: ['inbound', 'backend', 'outbound', 'on-error'],
  schema: {},
  inlines: 'base',
})
