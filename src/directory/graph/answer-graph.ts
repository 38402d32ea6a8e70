import type { DirectoryRequest, DirectoryResponse } from '../http/exchange.ts'
import { newIds } from '../http/ids.ts'
import type { Services } from '../services.ts'
import { answerBatch } from './batch.ts'
import { expansion } from './expand.ts'
import { answerCount, answerFound } from './found.ts'
import { graphCaller } from './graph-caller.ts'
import { type GraphError, graphErrorResponse, isGraphError } from './graph-error.ts'
import { readPath } from './graph-path.ts'
import { readGraph } from './read-graph.ts'
import type { Reading } from './reading.ts'
import { writeGraph } from './write-graph.ts'

/** Everything under `/v1.0`: the part of Microsoft Graph that has to do with who somebody is and what they may. */
export async function answerGraph(services: Services, request: DirectoryRequest): Promise<DirectoryResponse> {
  const isBatch = request.path.length === 2 && request.path[1] === '$batch'
  const answer = isBatch ? await answerBatch(request, one => answerGraph(services, one)) : await answerOne(services, request)
  return isGraphError(answer) ? graphErrorResponse(answer, newIds(services, request)) : answer
}

async function answerOne(services: Services, request: DirectoryRequest): Promise<DirectoryResponse | GraphError> {
  const caller = await graphCaller(services, request)
  if (isGraphError(caller)) return caller
  const { tenant } = services
  const reading: Reading = { services, tenant, caller, request }
  const path = readPath(tenant, request.path.slice(1))
  return writeGraph(reading, path) ?? read(reading, path)
}

function read(reading: Reading, path: readonly string[]): DirectoryResponse | GraphError {
  const isCount = path.at(-1) === '$count'
  const found = readGraph(reading, isCount ? path.slice(0, -1) : path)
  if (isGraphError(found)) return found
  if (isCount) return answerCount(found, reading.request)
  const expand = found.kind === 'values' ? undefined : expansion(reading, found.type)
  if (isGraphError(expand)) return expand
  return answerFound(found, reading.request, expand)
}
