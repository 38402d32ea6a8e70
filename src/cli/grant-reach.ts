import type { GrantScope } from '../access/grant.ts'
import { baseName } from '../catalog/base-name.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { audiencesAsked, operationAsks, type TokenAsk } from '../explain/doctor/token-asks.ts'

/** A token policy, and the API that it guards. */
interface Guard {
  readonly api: string
  readonly ask: TokenAsk
}

/**
 * What a grant's scope asks of tokens. A role is an application's own: whoever has it in a token for one API has no say about another application's. So a token
 * speaks for all of the scope only when every policy takes tokens of its application.
 */
export class GrantReach {
  readonly #scope: GrantScope
  readonly #guards: readonly Guard[]
  readonly #application: (audience: string) => string

  constructor(scope: GrantScope, catalog: Catalog) {
    this.#scope = scope
    this.#guards = guardsOf(scope, catalog)
    this.#application = applicationNamer(catalog)
  }

  /** All that some policy takes. */
  get audiences(): readonly string[] {
    return [...new Set(this.#guards.flatMap(({ ask }) => audiencesAsked(ask)))]
  }

  /** Of the applications whose tokens every policy takes. */
  get shared(): readonly string[] {
    return this.audiences.filter(audience => this.#strangeTo([audience]).length === 0)
  }

  /** Why a token for these audiences does not speak for all of the scope; undefined: it does. */
  lacking(token: readonly string[]): string | undefined {
    const strange = this.#strangeTo(token)
    if (strange.length === 0) return undefined
    const { kind, name } = this.#scope
    const missing = [...new Set(strange.map(textOf))].join('; ')
    return `the token is for ${token.join(', ')}, and a grant on ${kind} ${name} takes one for all of it: ${missing}: ${this.#mend()}`
  }

  #mend(): string {
    const { shared } = this
    if (shared.length > 0) return `bring one for ${shared.join(' or ')}`
    if (this.#scope.kind === 'product') return 'ask for its APIs one by one, with --api'
    return 'its operations have to take tokens of one application, which the policies name'
  }

  #strangeTo(token: readonly string[]): readonly Guard[] {
    const own = new Set(token.map(this.#application))
    return this.#guards.filter(({ ask }) => !audiencesAsked(ask).some(audience => own.has(this.#application(audience))))
  }
}

function guardsOf({ kind, name }: GrantScope, catalog: Catalog): readonly Guard[] {
  const products = kind === 'api' ? catalog.products : catalog.products.filter(product => product.name === name)
  const names = kind === 'api' ? [name] : products.flatMap(({ apis }) => apis)
  return catalog.apis
    .filter(api => names.includes(baseName(api)))
    .flatMap(api =>
      operationAsks({ ...catalog, apis: [api], products }).flatMap(({ tokens }) => {
        const named = tokens.filter(ask => audiencesAsked(ask).length > 0)
        // one that names no audience, such as a check of the tenant for all APIs, leaves it to the others
        return (named.length > 0 ? named : tokens).map(ask => ({ api: baseName(api), ask }))
      }),
    )
}

function textOf({ api, ask }: Guard): string {
  const audiences = audiencesAsked(ask)
  const whose = audiences.length === 0 ? 'of no audience that is written there' : `for ${audiences.join(' or ')}`
  return `${api} takes tokens ${whose} (${ask.place.file}:${ask.place.line})`
}

/** One name for an application's id and its URIs, as far as they are known. */
function applicationNamer({ directory }: Catalog): (audience: string) => string {
  return audience => {
    const known = directory?.applications.find(
      ({ appId, identifierUris }) => appId === audience || identifierUris.includes(audience),
    )
    return (known?.appId ?? audience.replace(/^api:\/\/(?=[\da-f-]{36}$)/i, '')).toLowerCase()
  }
}
