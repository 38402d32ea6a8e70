import { JArray, JObject } from '../../expressions/runtime/data/json/containers.ts'
import { textOf } from '../../expressions/types/boxing.ts'
import { startBudget } from '../../expressions/types/budget.ts'
import type { CallContext } from '../context/call-context.ts'
import { QueryString } from '../context/query-string.ts'
import type { RequestUrl } from '../context/request-url.ts'
import type { ShapedMessage } from '../step.ts'
import { type BodyOptions, bodyOf, fromJson } from './body.ts'
import { drop } from './drop.ts'

/** What a template of set-body sees: `body`, and `context` with the members that the reference lists. */
export function liquidScope(ctx: CallContext, message: ShapedMessage | undefined, options: BodyOptions): object {
  return {
    body: message === undefined ? '' : bodyOf(message, options),
    context: drop(contextMembers(ctx)),
  }
}

function contextMembers(ctx: CallContext): ReadonlyMap<string, () => unknown> {
  const { request } = ctx
  return new Map<string, () => unknown>([
    ['Request', () => drop(requestMembers(ctx))],
    ['Response', () => (ctx.response === null ? null : drop(responseMembers(ctx)))],
    ['Url', () => urlDrop(request.url)],
    ['OriginalUrl', () => urlDrop(request.originalUrl)],
    ['Variables', () => drop(new Map([...ctx.variables.entries()].map(([name, value]) => [name, () => plain(value)])))],
  ])
}

function requestMembers({ request }: CallContext): ReadonlyMap<string, () => unknown> {
  return new Map<string, () => unknown>([
    ['Url', () => urlDrop(request.url)],
    ['OriginalUrl', () => urlDrop(request.originalUrl)],
    ['Method', () => request.method],
    ['OriginalMethod', () => request.method],
    ['IpAddress', () => request.ipAddress],
    ['MatchedParameters', () => drop(new Map([...request.matchedParameters].map(([name, value]) => [name, () => value])))],
    ['HasBody', () => !request.body.isEmpty],
    ['ClientCertificates', () => []],
    ['Headers', () => headersDrop(request)],
  ])
}

function responseMembers(ctx: CallContext): ReadonlyMap<string, () => unknown> {
  return new Map<string, () => unknown>([
    ['StatusCode', () => ctx.response?.statusCode],
    ['Method', () => ctx.request.method],
    ['Headers', () => ctx.response && headersDrop(ctx.response)],
  ])
}

function headersDrop({ headers }: Pick<ShapedMessage, 'headers'>): object {
  return drop(new Map(headers.names().map(name => [name, () => headers.get(name)])))
}

function urlDrop(url: RequestUrl): object {
  const query = QueryString.parse(url.query)
  const members = new Map<string, () => unknown>([
    ['Scheme', () => url.scheme],
    ['Host', () => url.host],
    ['Port', () => url.port],
    ['Path', () => url.path],
    ['Query', () => drop(new Map(query.names().map(name => [name, () => query.getAll(name).join(',')])))],
    ['QueryString', () => url.query],
    ['ToUri', () => url.toString()],
    ['ToString', () => url.toString()],
  ])
  return drop(members, () => url.toString())
}

const asWritten: BodyOptions = { parseDates: false, nil: '' }

/** A variable's value for a template: what Liquid knows stays, JSON is what a body of it would be, all else is its text. */
function plain(value: unknown): unknown {
  if (typeof value === 'boolean' || typeof value === 'number' || value === null || value === undefined) return value
  // writing a JSON value spends steps, and no expression has begun to count them here
  startBudget(1_000_000)
  const text = textOf(value)
  return value instanceof JObject || value instanceof JArray ? fromJson(JSON.parse(text), asWritten) : text
}
