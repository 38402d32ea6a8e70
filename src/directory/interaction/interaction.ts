import type { RedirectType } from '../redirect-type.ts'

/** How the answer of a sign-in goes back to the client. */
export type ResponseMode = 'query' | 'fragment' | 'form_post'

/** A sign-in that a client asked for, checked: whatever comes of it may be sent to its redirect address. */
export interface AuthorizeRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly redirectType: RedirectType
  readonly responseMode: ResponseMode
  readonly wantsCode: boolean
  readonly wantsIdToken: boolean
  readonly version: 1 | 2
  readonly scope: string
  readonly state?: string
  readonly nonce?: string
  readonly challenge?: { readonly value: string; readonly method: 'S256' | 'plain' }
  readonly prompt: 'none' | 'login' | 'consent' | 'select_account' | undefined
  readonly loginHint?: string
  readonly wantsClientInfo: boolean
}

/** What a person is being asked in one browser: for a client that waits for a redirect, or for a device that polls. */
export interface Interaction {
  readonly id: string
  /** The browser that it began in: a cookie that no other browser has. */
  readonly browser: string
  /** Stands in each of its forms. */
  readonly csrf: string
  readonly goal:
    | { readonly kind: 'authorize'; readonly request: AuthorizeRequest }
    | { readonly kind: 'device'; readonly deviceCode: string }
  /** Who signed in, once somebody did; they may still have to consent. */
  userId: string | undefined
}
