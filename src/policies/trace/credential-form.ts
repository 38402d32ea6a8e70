const forms = [
  /[\w~.-]{3}\dQ~[\w~.-]{31,34}/, // a client secret of Entra
  /(?<![+/])[A-Za-z0-9+/]{86}==/, // an account key of Azure (storage, Cosmos DB)
  /(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|[rs]k_(?:live|test)_|sk-)[\w-]{16,}/, // GitHub, GitLab, Slack, Stripe, OpenAI
  /(?:AKIA|ASIA)[0-9A-Z]{16}/, // AWS
  /AIza[\w-]{35}/, // Google
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[^-]|-(?!----))*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/,
]

/** Credentials that show by their form what they are, whatever they are called where they stand: every one in a text. */
export const credentialForm = new RegExp(forms.map(({ source }) => `(?<![A-Za-z0-9])(?:${source})`).join('|'), 'g')

/** Characters after which a form is known, wherever it was cut off. */
export const longestStart = 128

/**
 * A compact JWS or JWE (RFC 7515 §3.1), whole or cut off: its header is a JSON object, `{"` in base64url. Looked for once in each run of its
 * characters, so that a text which only repeats its beginning is no work: callers choose what is searched.
 */
const compactToken = /(?<![\w-])(?=[\w-]+(?:\.|$))((?<=%)[\dA-Fa-f]{2}|[\w-]*?[-_]|)eyJ[\w-]+(?:(?:\.[\w-]*){1,4}|$)/g

/** A text in which credentials that have a form of their own are hidden. */
export function withoutCredentials(text: string): string {
  return text.replace(compactToken, '$1eyJ…').replace(credentialForm, '***')
}
