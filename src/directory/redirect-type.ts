/** Under which heading an application registered a redirect address: it decides how the code may be redeemed. */
export type RedirectType = 'web' | 'spa' | 'publicClient'
