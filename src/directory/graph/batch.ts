import { isObject } from '../../identity/json-object.ts'
import { type DirectoryRequest, type DirectoryResponse, json, noStore } from '../http/exchange.ts'
import { badRequest, type GraphError, graphError, isGraphError } from './graph-error.ts'
import { bodyOf } from './reading.ts'

/** "Combine multiple requests in one HTTP call using JSON batching". */
const maxRequests = 20

interface Step {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  readonly dependsOn: readonly string[]
}

/** Answers each request of a batch by `answer`, in their order; one whose forerunner failed is answered 424. */
export async function answerBatch(
  request: DirectoryRequest,
  answer: (one: DirectoryRequest) => Promise<DirectoryResponse>,
): Promise<DirectoryResponse | GraphError> {
  if (request.method !== 'POST')
    return graphError(405, 'Request_BadRequest', 'Specified HTTP method is not allowed for the request target.')
  const steps = readSteps(request)
  if (isGraphError(steps)) return steps
  const statuses = new Map<string, number>()
  const responses: unknown[] = []
  for (const step of steps) {
    const isBlocked = step.dependsOn.some(id => (statuses.get(id) ?? 0) >= 400)
    const response = isBlocked ? failedDependency : await answer(requestOf(step, request))
    statuses.set(step.id, response.status)
    responses.push(partOf(step.id, response))
  }
  return json(200, { responses }, noStore)
}

const failedDependency: DirectoryResponse = json(424, {
  error: { code: 'FailedDependency', message: 'A request that this one depends on failed.' },
})

function readSteps(request: DirectoryRequest): readonly Step[] | GraphError {
  const requests = bodyOf(request)?.requests
  if (!Array.isArray(requests) || requests.length === 0) return badRequest('Invalid batch payload format.')
  if (requests.length > maxRequests)
    return badRequest(`Number of batch request steps exceeds the maximum value of ${maxRequests}.`)
  const steps: Step[] = []
  for (const one of requests) {
    const step = readStep(one)
    if (step === undefined) return badRequest('Invalid batch payload format.')
    if (steps.some(({ id }) => id === step.id)) return badRequest(`Duplicate request id '${step.id.slice(0, 60)}'.`)
    if (!step.dependsOn.every(id => steps.some(earlier => earlier.id === id)))
      return badRequest(`Request '${step.id.slice(0, 60)}' depends on one that does not stand before it.`)
    steps.push(step)
  }
  return steps
}

const methods = new Set(['GET', 'POST', 'PATCH', 'PUT', 'DELETE'])

function readStep(value: unknown): Step | undefined {
  if (!isObject(value)) return undefined
  const { id, method, url, headers, body, dependsOn } = value
  if (typeof id !== 'string' || typeof method !== 'string' || typeof url !== 'string') return undefined
  if (!methods.has(method.toUpperCase()) || url.includes('$batch')) return undefined
  const fields = isObject(headers) ? Object.entries(headers).filter(([, field]) => typeof field === 'string') : []
  const names = dependsOn === undefined ? [] : dependsOn
  if (!Array.isArray(names)) return undefined
  return {
    id,
    method: method.toUpperCase(),
    url,
    // only texts were left
    headers: new Map(fields.map(([name, field]) => [name.toLowerCase(), field as string])),
    body: body === undefined || body === null ? '' : JSON.stringify(body),
    dependsOn: names.map(String),
  }
}

/** As if it had come by itself, with the batch's own token. */
function requestOf({ method, url, headers, body }: Step, batch: DirectoryRequest): DirectoryRequest {
  const target = new URL(`/v1.0/${url.replace(/^\/?(?:v1\.0\/)?/, '')}`, batch.origin)
  const token = batch.headers.get('authorization')
  return {
    ...batch,
    method,
    path: target.pathname
      .split('/')
      .filter(part => part !== '')
      .map(decoded),
    query: target.searchParams,
    headers: new Map([...headers, ...(token === undefined ? [] : [['authorization', token] as const])]),
    body,
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // names nothing
  }
}

function partOf(id: string, { status, headers, body }: DirectoryResponse): Readonly<Record<string, unknown>> {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  const content = type.startsWith('application/json') ? { body: JSON.parse(body) } : body === '' ? {} : { body }
  return { id, status, headers: type === '' ? {} : { 'Content-Type': type }, ...content }
}
