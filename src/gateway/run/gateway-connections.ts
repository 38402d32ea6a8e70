import { setTimeout as delay } from 'node:timers/promises'
import type { Catalog } from '../../catalog/catalog.ts'
import { ConnectionManager } from '../../identity/connections/connection-manager.ts'
import { ConnectionTokens } from '../../identity/connections/connection-tokens.ts'
import { cloudOf } from '../../identity/graph/open-graph.ts'
import type { TokenExchange } from '../../identity/http-fetch.ts'
import type { ManagedIdentity } from '../../identity/managed-identity.ts'
import type { TokenVerifier } from '../../identity/token-verifier.ts'
import { SealedConnections } from '../../store/sealed-connections.ts'

/** The credential manager of one serving thread; its vault outlives configurations. */
export class GatewayConnections {
  #vault: { readonly state: string; readonly opened: SealedConnections } | undefined

  /** Undefined for a configuration without connections. Throws when the vault cannot be opened. */
  managerFor(
    catalog: Catalog,
    { exchange, tokens, managedIdentity }: { exchange: TokenExchange; tokens: TokenVerifier; managedIdentity: ManagedIdentity },
  ): ConnectionManager | undefined {
    const { credentialProviders: providers = [], namedValues, settings } = catalog
    if (providers.length === 0) return undefined
    const vault = this.#vaultIn(settings.state)
    return new ConnectionManager({
      providers,
      tokens: new ConnectionTokens({ vault, exchange, namedValues, now: Date.now, delay }),
      verifier: tokens,
      managedToken: resource => managedIdentity.token(resource),
      now: Date.now,
      loginHost: cloudOf(catalog).login,
    })
  }

  close(): void {
    this.#vault?.opened.close()
    this.#vault = undefined
  }

  #vaultIn(state: string): SealedConnections {
    if (this.#vault?.state === state) return this.#vault.opened
    const opened = new SealedConnections(state)
    // one that an older configuration still uses is left to it; there is one when the state folder was changed
    this.#vault = { state, opened }
    return opened
  }
}
