/** What stands for the tenant in a path. `common` and its like stay as they are in documents; a domain becomes the id. */
export type Authority =
  | { readonly kind: 'tenant'; readonly segment: string }
  | { readonly kind: 'any' | 'consumers'; readonly segment: string }

/** The tenant of personal Microsoft accounts. */
export const consumersTenant = '9188040d-6c67-4c5b-b112-36a304b66dad'
