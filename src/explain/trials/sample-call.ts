import type { Api, Catalog, Operation } from '../../catalog/catalog.ts'
import type { Incoming } from '../../gateway/run/serve-call.ts'
import { Body } from '../../policies/context/body.ts'
import { Headers } from '../../policies/context/headers.ts'
import { targetAsSent } from '../as-sent.ts'
import { callAddress } from '../call-address.ts'

/** Stands for a template parameter: it reads as a number and as text. */
const sampleValue = '1'

/** A call that is routed to the operation, by version and revision; its key and token are whoever's who calls. */
export function sampleCall(api: Api, operation: Operation, catalog: Catalog): Incoming {
  const { path: target, versionHeader } = callAddress(api, filled(operation.urlTemplate), catalog)
  const [path = '', query] = target.split('?', 2)
  const headers = new Headers(['Host', 'localhost'])
  const [name = '', version = ''] = versionHeader?.split(': ', 2) ?? []
  if (versionHeader !== undefined) headers.append(name, version)
  return {
    method: operation.method === '*' ? 'GET' : operation.method,
    path: path === '' ? '/' : targetAsSent(path),
    query: query === undefined ? '' : `?${targetAsSent(query)}`,
    headers,
    body: Body.empty(),
    peer: '127.0.0.1',
    scheme: catalog.settings.gateway.tls === undefined ? 'http' : 'https',
    startedAt: Date.now(),
  }
}

/** `/orders/{id}/*` as a call could be: `/orders/1/1`. */
function filled(template: string): string {
  return template.replace(/\{\*?[^}]*\}/g, sampleValue).replace(/\*/g, sampleValue)
}
