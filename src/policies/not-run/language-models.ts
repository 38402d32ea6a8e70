import { definePolicy, element, literal, many, optional, type Policy, value } from '../define-policy.ts'

const notRun = 'it counts and judges what language models say, in Azure; take it out here, or put it where only Azure reads it'
const name = optional(literal(value.string({ nonEmpty: true })))

/** Both families have the same policies: one for Azure OpenAI's own APIs, one for any model's. */
const families = [
  { prefix: 'azure-openai', of: 'Azure OpenAI' },
  { prefix: 'llm', of: 'large language model' },
] as const

const tokenNames = {
  'retry-after-header-name': name,
  'retry-after-variable-name': name,
  'remaining-quota-tokens-header-name': name,
  'remaining-quota-tokens-variable-name': name,
  'remaining-tokens-header-name': name,
  'remaining-tokens-variable-name': name,
  'tokens-consumed-header-name': name,
  'tokens-consumed-variable-name': name,
}

const perFamily = families.flatMap(({ prefix, of }) => [
  definePolicy({
    element: `${prefix}-emit-token-metric`,
    summary: `Emits metrics of the tokens that ${of} APIs consume.`,
    source: `Emit metrics for consumption of ${of} tokens`,
    sections: ['inbound'],
    schema: {
      attributes: { namespace: optional(literal(value.string())), value: optional(value.number()) },
      children: {
        dimension: many(element({ attributes: { name: value.string({ nonEmpty: true }), value: optional(value.string()) } }), {
          min: 1,
        }),
      },
    },
    notRun,
  }),
  definePolicy({
    element: `${prefix}-token-limit`,
    summary: `Limits the tokens that callers of ${of} APIs consume.`,
    source: `Limit ${of} token usage`,
    sections: ['inbound'],
    schema: {
      attributes: {
        'counter-key': value.string({ nonEmpty: true }),
        'tokens-per-minute': optional(value.integer({ min: 0 })),
        'token-quota': optional(value.integer({ min: 0 })),
        'token-quota-period': optional(value.choice(['Hourly', 'Daily', 'Weekly', 'Monthly', 'Yearly'])),
        'estimate-prompt-tokens': optional(value.boolean()),
        ...tokenNames,
      },
    },
    notRun,
  }),
  definePolicy({
    element: `${prefix}-semantic-cache-lookup`,
    summary: `Answers ${of} requests with kept responses to prompts of like meaning.`,
    source: `Get cached responses of ${of} API requests`,
    sections: ['inbound'],
    max: { count: 1, per: 'section' },
    schema: {
      attributes: {
        'score-threshold': value.number({ min: 0, max: 1 }),
        'embeddings-backend-id': value.string({ nonEmpty: true }),
        'embeddings-backend-auth': optional(value.choice(['system-assigned'])),
        'ignore-system-messages': optional(value.boolean(), false),
        'max-message-count': optional(value.integer({ min: 0 })),
      },
      children: { 'vary-by': many(value.string()) },
    },
    notRun,
  }),
  definePolicy({
    element: `${prefix}-semantic-cache-store`,
    summary: `Keeps responses of ${of} APIs.`,
    source: `Store responses of ${of} API requests to cache`,
    sections: ['outbound'],
    max: { count: 1, per: 'section' },
    schema: { attributes: { duration: value.duration('seconds') } },
    notRun,
  }),
])

export const languageModelPolicies: readonly Policy[] = [
  ...perFamily,
  definePolicy({
    element: 'llm-content-safety',
    summary: 'Has prompts checked by Azure AI Content Safety.',
    source: 'Enforce content safety checks on LLM requests',
    sections: ['inbound'],
    schema: {
      attributes: { 'backend-id': value.string({ nonEmpty: true }), 'shield-prompt': optional(value.boolean(), false) },
      children: {
        categories: optional(
          element({
            attributes: {
              'output-type': optional(value.choice(['FourSeverityLevels', 'EightSeverityLevels']), 'FourSeverityLevels'),
            },
            children: {
              category: many(
                element({
                  attributes: {
                    name: value.choice(['Hate', 'SelfHarm', 'Sexual', 'Violence']),
                    threshold: value.integer({ min: 0, max: 7 }),
                  },
                }),
              ),
            },
          }),
        ),
        blocklists: optional(element({ children: { id: many(value.string({ nonEmpty: true })) } })),
      },
    },
    notRun,
  }),
]
