import type { RegisteredApplication, Registrations } from '../../catalog/registrations.ts'
import type { TokenAsk } from './token-asks.ts'

/** An application that an ask's audiences name, and the forms in which they do. */
export interface NamedApi {
  readonly app: RegisteredApplication
  /** By its client id, as version 2.0 tokens and some of 1.0 have it. */
  readonly byId: boolean
  /** By one of its identifierUris. */
  readonly byUri: boolean
}

/** The applications that an ask takes tokens for; audiences are compared letter by letter, as the gateway does. */
export function apisOf({ audiences, backends }: TokenAsk, { applications }: Registrations): readonly NamedApi[] {
  const all = [...audiences, ...backends, ...backends.map(id => `api://${id}`)]
  return applications.flatMap(app => {
    const byId = all.includes(app.appId)
    const byUri = app.identifierUris.some(uri => all.includes(uri))
    return byId || byUri ? [{ app, byId, byUri }] : []
  })
}
