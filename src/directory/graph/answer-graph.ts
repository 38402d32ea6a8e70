import { type DirectoryRequest, type DirectoryResponse, json, noStore } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import type { Services } from '../services.ts'
import { type GraphCaller, graphCaller } from './graph-caller.ts'
import { type GraphError, graphError, graphErrorResponse, isGraphError } from './graph-error.ts'
import { queryEntities, select } from './odata-query.ts'
import { type Found, readGraph } from './read-graph.ts'
import { writeGraph } from './write-graph.ts'

/** Everything under `/v1.0`: the part of Microsoft Graph that has to do with who somebody is and what they may. */
export async function answerGraph(services: Services, request: DirectoryRequest): Promise<DirectoryResponse> {
  const caller = await graphCaller(services, request)
  const answer = isGraphError(caller)
    ? caller
    : (writeGraph(services, caller, request, request.path.slice(1)) ?? read(services, caller, request))
  return isGraphError(answer) ? graphErrorResponse(answer, newIds(services, request)) : answer
}

function read(services: Services, caller: GraphCaller, request: DirectoryRequest): DirectoryResponse | GraphError {
  const path = request.path.slice(1)
  const isCount = path.at(-1) === '$count'
  const found = readGraph(services.tenant, caller, request, isCount ? path.slice(0, -1) : path)
  if (isGraphError(found)) return found
  if (request.method !== 'GET' && found.kind !== 'values')
    return graphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.')
  const answer = isCount && found.kind === 'many' ? found.entities.length : render(found, request)
  return isGraphError(answer) ? answer : json(200, answer, noStore)
}

function render(found: Found, { origin, path, query }: DirectoryRequest) {
  const metadata = `${origin}/v1.0/$metadata#${path.slice(1).join('/')}`
  switch (found.kind) {
    case 'one':
      return { '@odata.context': `${metadata}/$entity`, ...select(found.entity, query) }
    case 'values':
      return { '@odata.context': `${origin}/v1.0/$metadata#Collection(Edm.String)`, value: found.values }
    case 'many':
      return queryEntities(found.entities, query, `${origin}/${path.join('/')}`, metadata)
  }
}
