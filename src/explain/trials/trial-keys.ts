import type { Catalog, Product, Subscription } from '../../catalog/catalog.ts'

/** The workspace with a subscription of our own for each product and for all APIs: no key of anybody's is needed to try a call. */
export function withTrialKeys(catalog: Catalog): { readonly catalog: Catalog; keyOf(product: Product | null): string } {
  const own = [null, ...catalog.products].map((product): Subscription => {
    const name = keyOf(product)
    return {
      name,
      displayName: name,
      scope: product === null ? { kind: 'allApis' } : { kind: 'product', product: product.name },
      state: 'active',
      primaryKey: name,
      allowTracing: false,
    }
  })
  return { catalog: { ...catalog, subscriptions: [...catalog.subscriptions, ...own] }, keyOf }
}

const keyOf = (product: Product | null) => `trial:${product?.name ?? ''}`
