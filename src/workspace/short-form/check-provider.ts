import type { CredentialProvider } from '../../catalog/credential-provider.ts'
import { wellKnownProviders } from '../../catalog/oauth-endpoints.ts'
import type { Report } from '../report.ts'
import type { Place } from '../text/text-node.ts'

/** Warns of connections that no token can be got for: what they lack may stand in another environment. */
export function checkProvider(
  { name, identityProvider, grants, connections }: CredentialProvider,
  at: Place,
  report: Report,
): void {
  const isKnown = identityProvider === 'aad' || wellKnownProviders.has(identityProvider)
  for (const { name: connection, grant, parameters } of connections) {
    const given = new Map([...(grants[grant] ?? []), ...parameters])
    const needed = ['clientId', ...(isKnown ? [] : ['tokenUrl', ...(grant === 'authorizationCode' ? ['authorizationUrl'] : [])])]
    const missing = needed.filter(parameter => !given.has(parameter))
    if (missing.length > 0)
      report.warning(at, 'connection.incomplete', `the connection '${name}/${connection}' has no ${missing.join(', ')}`, 'add it')
  }
}
