import type { Catalog, Operation } from '../../catalog/catalog.ts'

/**
 * The catalog with an operation object for each place it stands in. Plans are found by that object: one that two APIs shared would be served by the
 * policies of whichever was composed first.
 */
export function withOwnOperations(catalog: Catalog): Catalog {
  const seen = new Set<Operation>()
  const own = (operation: Operation): Operation => {
    if (seen.has(operation)) return { ...operation }
    seen.add(operation)
    return operation
  }
  return { ...catalog, apis: catalog.apis.map(api => ({ ...api, operations: api.operations.map(own) })) }
}
