/** Where a provider asks people for consent, and gives tokens. */
export interface OAuthEndpoints {
  readonly authorizationUrl: string
  readonly tokenUrl: string
}

/** Providers whose addresses nobody needs to write. */
export const wellKnownProviders: ReadonlyMap<string, OAuthEndpoints> = new Map<string, OAuthEndpoints>([
  [
    'github',
    { authorizationUrl: 'https://github.com/login/oauth/authorize', tokenUrl: 'https://github.com/login/oauth/access_token' },
  ],
  [
    'google',
    { authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth', tokenUrl: 'https://oauth2.googleapis.com/token' },
  ],
  [
    'dropbox',
    { authorizationUrl: 'https://www.dropbox.com/oauth2/authorize', tokenUrl: 'https://api.dropboxapi.com/oauth2/token' },
  ],
  [
    'linkedin',
    {
      authorizationUrl: 'https://www.linkedin.com/oauth/v2/authorization',
      tokenUrl: 'https://www.linkedin.com/oauth/v2/accessToken',
    },
  ],
  [
    'stripe',
    { authorizationUrl: 'https://connect.stripe.com/oauth/authorize', tokenUrl: 'https://connect.stripe.com/oauth/token' },
  ],
])
