import type { AccessRow } from '../access/access-matrix.ts'
import { type Demand, standingOf } from '../access/demand.ts'
import type { Api, Catalog, Operation, Product } from '../catalog/catalog.ts'
import { callAddress } from './call-address.ts'
import { demandReader } from './demands-of.ts'
import { inboundReader } from './effective-section.ts'

/** A way into an API: through a product, or (null) without one. */
export interface Way {
  readonly product: Product | null
  readonly subscriptionKey: boolean
}

/** The access matrix of a workspace, read from its policies whichever way they were written: a row for each operation and set of demands. */
export function accessRows(catalog: Catalog): readonly AccessRow[] {
  const inbound = inboundReader(catalog)
  const demandsOf = demandReader(catalog)
  return catalog.apis.flatMap(api => {
    const ways = waysInto(api, catalog)
    return api.operations.flatMap(operation =>
      merge(
        ways.map(way => ({
          ...rowFor(api, operation, way, demandsOf(inbound(api, operation, way.product).elements)),
          ...callAddress(api, operation.urlTemplate, catalog),
        })),
      ),
    )
  })
}

/** As the gateway admits calls: an open product lets them in, then an API that asks for no key; a key may be a product's or the API's own. */
export function waysInto(api: Api, { products, subscriptions }: Catalog): readonly Way[] {
  const name = api.name.split(';')[0] ?? api.name
  const holding = products.filter(product => product.apis.includes(name))
  const byProduct = holding.map((product): Way => ({ product, subscriptionKey: product.subscriptionRequired }))
  const isOpen = holding.some(({ subscriptionRequired }) => !subscriptionRequired)
  if (!api.subscriptionRequired && !isOpen) return [...byProduct, { product: null, subscriptionKey: false }]
  const hasOwnKeys = subscriptions.some(({ scope }) => scope.kind === 'allApis' || (scope.kind === 'api' && scope.api === name))
  return hasOwnKeys || holding.length === 0 ? [...byProduct, { product: null, subscriptionKey: true }] : byProduct
}

function rowFor(
  api: Api,
  operation: Operation,
  { product, subscriptionKey }: Way,
  demands: readonly Demand[],
): Omit<AccessRow, 'path'> {
  const isServed = api.notServed === undefined && api.fault === undefined
  return {
    api: api.name,
    operation: operation.name,
    method: operation.method,
    products: [product?.name ?? null],
    subscriptionKey,
    demands: isServed ? demands : [],
    standing: isServed ? standingOf(demands, subscriptionKey) : 'not-served',
  }
}

/** Ways that ask the same are one row. */
function merge(rows: readonly AccessRow[]): readonly AccessRow[] {
  const found = new Map<string, AccessRow>()
  for (const row of rows) {
    const key = JSON.stringify([row.subscriptionKey, row.demands])
    const same = found.get(key)
    found.set(key, same === undefined ? row : { ...same, products: [...same.products, ...row.products] })
  }
  return [...found.values()]
}
