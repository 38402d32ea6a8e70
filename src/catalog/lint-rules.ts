/** What the linter looks for, by stable code. docs/lint has a page for each; a test holds the two together. */
export const lintRules = {
  'lint.unvalidated-token': {
    means: 'An expression reads claims from a token that no policy validated before: anybody can write such a token.',
    mend: 'Put validate-jwt or validate-azure-ad-token before it, without a condition.',
  },
  'lint.cached-before-token': {
    means: 'A response is looked up in the cache before the token is validated: who has no token gets it from there.',
    mend: 'Move cache-lookup behind the token policy.',
  },
  'lint.refused-late': {
    means: 'A call is turned away after it was forwarded: the backend has done its work by then.',
    mend: 'Decide in inbound.',
  },
  'lint.missing-base': {
    means: 'A section without `<base />` drops checks of a wider scope.',
    mend: 'Put `<base />` first in the section, or write the same check here too.',
  },
  'lint.secret-in-clear': {
    means: 'A credential stands in the policy, where everybody reads it.',
    mend: 'Make it a secret named value: {{name}}.',
  },
  'lint.no-audience': {
    means: 'validate-jwt checks no audience: a token for any other API of the tenant is taken.',
    mend: 'Add <audiences>.',
  },
  'lint.no-issuer': {
    means: 'validate-jwt checks no issuer, and its keys do not say whose they are.',
    mend: 'Add <issuers>, or take the keys from an openid-config.',
  },
  'lint.caller-chosen-key': {
    means: 'A limit counts by something that the caller chooses freely, so nobody is limited by it.',
    mend: 'Count by the subscription, a claim of a validated token, or context.Request.IpAddress.',
  },
  'lint.unreachable': {
    means: 'A branch or policy can never run: a condition before it always holds, or every call was answered.',
    mend: 'Take it out, or mend the condition.',
  },
  'lint.accepted-nothing': {
    means: 'A finding is accepted in gatehouse.yaml and does not occur any more.',
    mend: 'Take the entry out of lint.accept.',
  },
} as const satisfies Readonly<Record<string, { readonly means: string; readonly mend: string }>>

/** Warnings of other parts that may be accepted, or have a level, as those of the linter. */
export const acceptableWarnings: readonly string[] = ['policy.shared-counter', 'policy.cors-credentials', 'policy.insecure-url']

export type LintCode = keyof typeof lintRules
