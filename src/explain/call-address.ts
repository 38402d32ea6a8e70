import type { Api, Catalog } from '../catalog/catalog.ts'

/** How an operation is called. */
export interface CallAddress {
  /** The template below the API's path, with version and revision: `/orders/v2/{id}`, `/orders;rev=2/{id}`, `/orders/{id}?v=v2`. */
  readonly path: string
  /** `Api-Version: v2`, where a header names the version. */
  readonly versionHeader?: string
}

/** The same parameter that the gateway's routes take when the version set names none. */
const standardParameter = 'api-version'

/** Where the gateway's routes have an operation of this template. */
export function callAddress(api: Api, urlTemplate: string, { versionSets }: Pick<Catalog, 'versionSets'>): CallAddress {
  const set = api.version ? versionSets.find(({ name }) => name === api.versionSet) : undefined
  const version = set === undefined ? '' : (api.version ?? '')
  const base = set?.scheme === 'Segment' ? withSegment(api.path, version) : api.path
  const revision = api.isCurrent ? '' : `;rev=${api.revision}`
  const below = `${base === '' && revision === '' ? '' : `/${base}`}${revision}${urlTemplate}`
  const path = below === '' ? '/' : below
  if (set?.scheme === 'Query') {
    const query = `${set.queryName ?? standardParameter}=${encodeURIComponent(version)}`
    return { path: `${path}${path.includes('?') ? '&' : '?'}${query}` }
  }
  return set?.scheme === 'Header' ? { path, versionHeader: `${set.headerName ?? standardParameter}: ${version}` } : { path }
}

/** A path that ends with the version already is served as it is, too. */
function withSegment(path: string, version: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1)
  if (last.toLowerCase() === version.toLowerCase()) return path
  return path === '' ? version : `${path}/${version}`
}
