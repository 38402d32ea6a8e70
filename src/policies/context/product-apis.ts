import type { Api, Catalog, Product } from '../../catalog/catalog.ts'

/** A product names its APIs; expressions want the APIs themselves. Facts of a catalog's own objects, gone with them. */
const apis = new WeakMap<Product, readonly Api[]>()

/** Notes which APIs the products of a catalog hold, current revisions only. */
export function noteProductApis({ products, apis: all }: Pick<Catalog, 'products' | 'apis'>): void {
  for (const product of products) {
    apis.set(
      product,
      all.filter(api => api.isCurrent && product.apis.includes(api.name)),
    )
  }
}

/** The APIs of a product; none for one that is only described. */
export function apisOf(product: Product): readonly Api[] {
  return apis.get(product) ?? []
}
