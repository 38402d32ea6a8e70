import type { Api, Catalog, Operation, VersionSet } from '../../catalog/catalog.ts'
import type { Incoming } from '../../gateway/run/serve-call.ts'
import { Body } from '../../policies/context/body.ts'
import { Headers } from '../../policies/context/headers.ts'

/** Stands for a template parameter: it reads as a number and as text. */
const sampleValue = '1'

/** A call that is routed to the operation, by version and revision; its key and token are whoever's who calls. */
export function sampleCall(api: Api, operation: Operation, catalog: Catalog): Incoming {
  const versionSet = catalog.versionSets.find(({ name }) => name === api.versionSet)
  const { path, query } = targetOf(api, operation, versionSet)
  const headers = new Headers(['Host', 'localhost'])
  if (api.version !== undefined && versionSet?.scheme === 'Header' && versionSet.headerName !== undefined)
    headers.append(versionSet.headerName, api.version)
  return {
    method: operation.method === '*' ? 'GET' : operation.method,
    path,
    query,
    headers,
    body: Body.empty(),
    peer: '127.0.0.1',
    scheme: 'http',
    startedAt: Date.now(),
  }
}

function targetOf(api: Api, { urlTemplate }: Operation, versionSet: VersionSet | undefined) {
  const [template = '', templateQuery = ''] = filled(urlTemplate).split('?', 2)
  const version = api.version !== undefined && versionSet?.scheme === 'Segment' ? `/${api.version}` : ''
  const revision = api.isCurrent ? '' : `;rev=${api.revision}`
  const path = `${api.path === '' ? '' : `/${api.path}`}${version}${revision}${template}`
  const queries = templateQuery === '' ? [] : [templateQuery]
  if (api.version !== undefined && versionSet?.scheme === 'Query' && versionSet.queryName !== undefined)
    queries.push(`${versionSet.queryName}=${encodeURIComponent(api.version)}`)
  return { path: path === '' ? '/' : path, query: queries.length === 0 ? '' : `?${queries.join('&')}` }
}

/** `/orders/{id}/*` as a call could be: `/orders/1/1`. */
function filled(template: string): string {
  return template.replace(/\{\*?[^}]*\}/g, sampleValue).replace(/\*/g, sampleValue)
}
