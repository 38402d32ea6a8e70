const forms = [
  /[\w~.-]{3}\dQ~[\w~.-]{31,34}/, // a client secret of Entra
  /[A-Za-z0-9+/]{86}==/, // an account key of Azure (storage, Cosmos DB)
  /(?:gh[pousr]_|github_pat_|glpat-|xox[abprs]-|[rs]k_(?:live|test)_|sk-)[\w-]{16,}/, // GitHub, GitLab, Slack, Stripe, OpenAI
  /(?:AKIA|ASIA)[0-9A-Z]{16}/, // AWS
  /AIza[\w-]{35}/, // Google
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/,
]

/** Credentials that show by their form what they are, whatever they are called where they stand: every one in a text. */
export const credentialForm = new RegExp(forms.map(({ source }) => `(?<![A-Za-z0-9])(?:${source})`).join('|'), 'g')
