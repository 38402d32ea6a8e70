import type { DirectoryRequest } from '../http/exchange.ts'
import { badRequest, type GraphError, graphError, isGraphError, unsupportedQuery } from './graph-error.ts'
import { type GraphType, isFurtherProperty } from './graph-types.ts'
import { type Entity, parseFilter } from './odata-filter.ts'
import { parseSearch } from './odata-search.ts'
import { readSelect, shown } from './odata-select.ts'

const defaultTop = 100
const maxTop = 999
/** Letters of a `$filter` or `$search`. */
const maxText = 8000
/** Letters of a `$orderby`. */
const maxClause = 500

/** A list to be queried; `expand` gives what `$expand` adds to an entity. */
export interface Queried {
  readonly type: GraphType
  readonly entities: readonly Entity[]
  /** Of the list itself: the address of the next page is made of it. */
  readonly address: string
  readonly context: string
  readonly expand: (entity: Entity) => Entity
}

/** How a list is asked for. */
export type Asked = Pick<DirectoryRequest, 'query' | 'headers'>

const known = new Set(['$filter', '$search', '$orderby', '$count', '$top', '$skiptoken', '$select', '$expand', '$format'])

/**
 * Applies `$filter`, `$search`, `$orderby`, `$count`, `$top`, `$skiptoken`, `$select` and `$expand`. An option or a property that is not known is refused, and so is
 * what Graph answers only with `ConsistencyLevel: eventual`, when that is missing: ignoring it silently would give another answer than Graph's.
 */
export function queryEntities(queried: Queried, asked: Asked): Readonly<Record<string, unknown>> | GraphError {
  const { query } = asked
  const found = findEntities(queried, asked)
  if (isGraphError(found)) return found
  const names = readSelect(query, queried.type, queried.entities)
  if (isGraphError(names)) return names
  const top = Number(query.get('$top') ?? defaultTop)
  if (!Number.isInteger(top) || top < 1 || top > maxTop)
    return badRequest(`Invalid page size specified: '${query.get('$top')}'. Must be between 1 and ${maxTop} inclusive.`)
  const start = startOf(query.get('$skiptoken'))
  if (start === undefined)
    return graphError(400, 'Directory_ExpiredPageToken', 'The specified page token value has expired or is not valid.')
  const page = found.slice(start, start + top)
  return {
    '@odata.context': queried.context,
    ...(query.get('$count') === 'true' && isEventual(asked) ? { '@odata.count': found.length } : {}),
    ...(start + top < found.length ? { '@odata.nextLink': nextLink(queried.address, query, start + top) } : {}),
    value: page.map(entity => ({ ...shown(queried.type, entity, names), ...queried.expand(entity) })),
  }
}

/** How many there are: `…/$count`, which Graph answers only with `ConsistencyLevel: eventual`. */
export function countEntities(queried: Pick<Queried, 'type' | 'entities'>, asked: Asked): number | GraphError {
  if (!isEventual(asked)) return badRequest('$count is not currently supported.')
  const found = findEntities(queried, { ...asked, query: withCount(asked.query) })
  return isGraphError(found) ? found : found.length
}

/** `$count` as a part of the path says what `$count=true` says elsewhere. */
function withCount(query: URLSearchParams): URLSearchParams {
  const all = new URLSearchParams(query)
  all.set('$count', 'true')
  return all
}

const isEventual = ({ headers }: Asked) => headers.get('consistencylevel')?.toLowerCase() === 'eventual'

const isAdvancedQuery = (asked: Asked) => isEventual(asked) && asked.query.get('$count') === 'true'

/** The whole list as it is asked for, in order. */
function findEntities(queried: Pick<Queried, 'type' | 'entities'>, asked: Asked): readonly Entity[] | GraphError {
  const unknown = [...asked.query.keys()].find(name => name.startsWith('$') && !known.has(name))
  if (unknown !== undefined) return badRequest(`The query option '${unknown.slice(0, 60)}' is not supported.`)
  const filtered = filter(queried.entities, queried.type, asked)
  if (isGraphError(filtered)) return filtered
  const searched = search(filtered, queried, asked)
  return isGraphError(searched) ? searched : order(searched, queried.type, asked)
}

function filter(all: readonly Entity[], type: GraphType, asked: Asked): readonly Entity[] | GraphError {
  const text = asked.query.get('$filter')
  if (text === null) return all
  if (text.length > maxText) return badRequest('Invalid filter clause: it is too long.')
  const parsed = parseFilter(text)
  if (parsed.kind === 'bad-filter') return graphError(400, parsed.code, parsed.message)
  const strange = [...parsed.properties].find(name => !isProperty(type, name, all))
  if (strange !== undefined) return unknownProperty(type, strange)
  if (parsed.isAdvanced && !isAdvancedQuery(asked)) return unsupportedQuery('Unsupported Query.')
  return all.filter(parsed.test)
}

function search(found: readonly Entity[], { type, entities }: Pick<Queried, 'type' | 'entities'>, asked: Asked) {
  const text = asked.query.get('$search')
  if (text === null) return found
  if (!isEventual(asked))
    return unsupportedQuery(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    )
  const parsed = text.length > maxText ? undefined : parseSearch(text)
  if (parsed === undefined) return badRequest(`Invalid search clause: ${text.slice(0, 200)}`)
  const strange = parsed.properties.find(name => !isProperty(type, name, entities))
  return strange === undefined ? found.filter(parsed.test) : unknownProperty(type, strange)
}

/** What Graph sorts by without further ado; anything else, or together with a filter, is an advanced query. */
const sortable = new Set(['user displayName', 'user userPrincipalName', 'group displayName'])

function order(entities: readonly Entity[], type: GraphType, asked: Asked): readonly Entity[] | GraphError {
  const text = asked.query.get('$orderby')
  if (text === null) return entities
  if (text.length > maxClause) return badRequest('Invalid sort clause: it is too long.')
  const keys = text.split(',').map(one => one.trim().split(/\s+/))
  for (const [name = '', direction = 'asc', ...more] of keys) {
    if (!/^(asc|desc)$/i.test(direction) || more.length > 0) return badRequest(`Invalid sort clause: ${text.slice(0, 200)}`)
    if (!isProperty(type, name, entities)) return unknownProperty(type, name)
    const isPlain = sortable.has(`${type} ${name}`) && !asked.query.has('$filter')
    if (!isPlain && !isAdvancedQuery(asked)) return unsupportedQuery('Sorting not supported for current query.')
  }
  return entities.toSorted((a, b) => {
    for (const [name = '', direction] of keys) {
      const order = String(a[name] ?? '').localeCompare(String(b[name] ?? ''), 'en', { sensitivity: 'base' })
      if (order !== 0) return direction?.toLowerCase() === 'desc' ? -order : order
    }
    return 0
  })
}

function isProperty(type: GraphType, name: string, entities: readonly Entity[]): boolean {
  return isFurtherProperty(type, name) || entities.length === 0 || entities.some(entity => Object.hasOwn(entity, name))
}

const unknownProperty = (type: GraphType, name: string) =>
  graphError(400, 'BadRequest', `Could not find a property named '${name.slice(0, 60)}' on type 'microsoft.graph.${type}'.`)

function nextLink(address: string, query: URLSearchParams, start: number): string {
  const next = new URLSearchParams(query)
  next.set('$skiptoken', Buffer.from(`from:${start}`).toString('base64url'))
  return `${address}?${next}`
}

/** Where the page of a token begins; undefined for one that was not given out. */
function startOf(token: string | null): number | undefined {
  if (token === null) return 0
  const [, start] = /^from:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('latin1')) ?? []
  return start === undefined ? undefined : Number(start)
}
