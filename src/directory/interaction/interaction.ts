import type { RedirectType } from '../redirect-type.ts'
import type { SignIn } from '../sign-in.ts'

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
  /** The implicit flow: an access token through the browser. */
  readonly wantsToken: boolean
  readonly version: 1 | 2
  readonly scope: string
  /** Scopes of further APIs: consent is asked for, no token. */
  readonly extraScopes: readonly string[]
  readonly state?: string
  readonly nonce?: string
  /** The `claims` parameter. */
  readonly claims?: string
  readonly challenge?: { readonly value: string; readonly method: 'S256' | 'plain' }
  readonly prompt: 'none' | 'login' | 'consent' | 'select_account' | undefined
  readonly loginHint?: string
  /** Of a session that the client knows by an id token. */
  readonly sid?: string
  /** An administrator is to agree for everybody. */
  readonly wantsAdmin: boolean
  readonly wantsClientInfo: boolean
}

/** A client that wants an administrator to agree for everybody, checked. */
export interface AdminConsentRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly responseMode: ResponseMode
  readonly scope: string
  readonly state?: string
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
    | { readonly kind: 'device'; readonly deviceId: string }
    | { readonly kind: 'adminConsent'; readonly request: AdminConsentRequest }
  /** Who signed in, once somebody did; they may still have to show a second factor, or to consent. */
  signIn: SignIn | undefined
  /** The browser's session as its cookie names it. */
  session: string | undefined
  /** appIds of the APIs whose permissions were agreed to on its pages. */
  readonly agreedTo: Set<string>
}
