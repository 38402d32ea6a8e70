import type { Api, VersionSet } from '../catalog/catalog.ts'
import { type Report, startOf } from './report.ts'
import type { Place } from './text/text-node.ts'

/**
 * Two APIs may share a path only as revisions of one API or as versions of one version set; else which of them answers would be chance.
 * Compared without regard to case. `placeOf` says where a path is written.
 */
export function checkRoutes(
  apis: readonly Api[],
  versionSets: readonly VersionSet[],
  placeOf: (api: Api) => Place,
  report: Report,
): void {
  const schemes = new Map(versionSets.map(set => [set.name, set]))
  const taken = new Map<string, Api>()
  for (const api of apis) {
    if (!api.isCurrent) continue
    const key = routeKey(api, schemes.get(api.versionSet ?? ''))
    const twin = taken.get(key)
    if (twin === undefined) taken.set(key, api)
    else {
      const version = api.version === undefined ? '' : ` and the version '${api.version}'`
      const message = `the APIs '${api.name}' and '${twin.name}' have the same path '${api.path}'${version}`
      report.error(
        placeOf(api),
        'route.duplicate',
        message,
        'give one of them another path, or make them versions of one version set',
      )
    }
  }
}

function routeKey(api: Api, set: VersionSet | undefined): string {
  const base = api.path.toLowerCase()
  const version = api.version ?? ''
  if (set === undefined) return base
  if (set.scheme !== 'Segment') return `${base}?${set.name}=${version}`
  // An export may or may not repeat the version in the path; both say the same route.
  const segment = version.toLowerCase()
  return segment === '' || base === segment || base.endsWith(`/${segment}`) ? base : `${base}/${segment}`
}

/** The start of the API's file, when nothing better is known. */
export function placeOfApi(api: Api): Place {
  return startOf(api.file)
}
