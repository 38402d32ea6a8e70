import { type Demand, demandText, type Standing } from './demand.ts'

/** Who may call one operation, by one or several ways in that ask the same. */
export interface AccessRow {
  readonly api: string
  readonly operation: string
  readonly method: string
  /** By which it is called, with version and revision, and the operation's template: `/orders/v2/{id}`. */
  readonly path: string
  /** `Api-Version: v2`, where a header names the version. */
  readonly versionHeader?: string
  /** Products through which these demands hold; null: without a product. */
  readonly products: readonly (string | null)[]
  readonly subscriptionKey: boolean
  readonly demands: readonly Demand[]
  readonly standing: Standing
}

/**
 * The demands in a few words: token policies that ask for nothing but a token are left out once another asks for claims, and the same words are
 * said once.
 */
export function whoText({ demands, subscriptionKey, standing }: AccessRow): string {
  if (standing === 'not-served') return 'not served'
  const tokens = demands.filter(({ kind }) => kind === 'token')
  const isCovered = tokens.some(({ claims }) => claims.length > 0)
  const words = demands.filter(({ kind, claims }) => !(isCovered && kind === 'token' && claims.length === 0)).map(demandText)
  const all = [...new Set([...(subscriptionKey ? ['subscription key'] : []), ...words])]
  if (standing === 'unguarded') return ['nobody guards this', ...all].join('; ')
  return all.join('; ')
}
