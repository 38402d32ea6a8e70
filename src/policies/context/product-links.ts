import type { Api, Catalog, Product } from '../../catalog/catalog.ts'

interface Links {
  readonly apis: readonly Api[]
  readonly groups: readonly NamedGroup[]
}

/** A group as expressions see it: its name in Azure, and the one that people read. */
interface NamedGroup {
  readonly id: string
  readonly name: string
}

/** A product names its APIs and groups; expressions want these themselves. Facts of a catalog's own objects, gone with them. */
const links = new WeakMap<Product, Links>()

/** Notes which APIs (current revisions only) and groups the products of a catalog hold. */
export function noteProductLinks({ products, apis, groups }: Pick<Catalog, 'products' | 'apis' | 'groups'>): void {
  for (const product of products) {
    links.set(product, {
      apis: apis.filter(api => api.isCurrent && product.apis.includes(api.name)),
      groups: product.groups.map(name => namedGroup(name, groups)),
    })
  }
}

export function namedGroup(name: string, groups: Catalog['groups']): NamedGroup {
  return { id: name, name: groups.find(group => group.name === name)?.displayName ?? name }
}

/** The APIs of a product; none for one that is only described. */
export function apisOf(product: Product): readonly Api[] {
  return links.get(product)?.apis ?? []
}

/** The groups of a product; those of one that is only described are known by name alone. */
export function groupsOf(product: Product): readonly NamedGroup[] {
  return links.get(product)?.groups ?? product.groups.map(name => ({ id: name, name }))
}
