import { badRequest, type GraphError } from './graph-error.ts'
import { type Entity, parseFilter } from './odata-filter.ts'

const defaultTop = 100
const maxTop = 999

/** A page of entities as Graph answers it. */
export type PageOfEntities = Readonly<Record<string, unknown>>

/**
 * Applies `$filter`, `$search`, `$orderby`, `$count`, `$top`, `$skiptoken` and `$select` to a list. `address` is the list's own: the next page's
 * address is made of it. An option that is not known is refused: silently ignoring it would give another answer than Graph's.
 */
export function queryEntities(
  all: readonly Entity[],
  query: URLSearchParams,
  address: string,
  context: string,
): PageOfEntities | GraphError {
  const unknown = [...query.keys()].find(name => name.startsWith('$') && !options.has(name))
  if (unknown !== undefined) return badRequest(`The query option '${unknown}' is not supported.`)
  const filtered = search(filter(all, query), query)
  if ('kind' in filtered) return filtered
  const ordered = order(filtered, query.get('$orderby'))
  const top = Number(query.get('$top') ?? defaultTop)
  if (!Number.isInteger(top) || top < 1 || top > maxTop)
    return badRequest(`Invalid page size specified: '${query.get('$top')}'. Must be between 1 and ${maxTop} inclusive.`)
  const start = Number(query.get('$skiptoken') ?? 0)
  if (!Number.isInteger(start) || start < 0) return badRequest('The skip token is not one that was given out.')
  const page = ordered.slice(start, start + top)
  return {
    '@odata.context': context,
    ...(query.get('$count') === 'true' ? { '@odata.count': ordered.length } : {}),
    ...(start + top < ordered.length ? { '@odata.nextLink': nextLink(address, query, start + top) } : {}),
    value: page.map(entity => select(entity, query)),
  }
}

const options = new Set(['$filter', '$search', '$orderby', '$count', '$top', '$skiptoken', '$select'])

type Filtered = readonly Entity[] | GraphError

function filter(all: readonly Entity[], query: URLSearchParams): Filtered {
  const text = query.get('$filter')
  if (text === null) return all
  const predicate = parseFilter(text)
  return predicate === undefined ? badRequest(`Invalid filter clause: ${text.slice(0, 200)}`) : all.filter(predicate)
}

/** `"displayName:term" OR "mail:term"`: words that begin so. */
function search(found: Filtered, query: URLSearchParams): Filtered {
  const text = query.get('$search')
  if (text === null || 'kind' in found) return found
  const clauses = [...text.matchAll(/"(?:(\w+):)?([^"]+)"/g)]
  if (clauses.length === 0) return badRequest('Syntax error: a search clause is "property:term", in quotes.')
  const isAnd = / AND /.test(text)
  const fits = (entity: Entity, [, name = 'displayName', term = '']: RegExpMatchArray) =>
    String(entity[name] ?? '')
      .toLowerCase()
      .split(/[\s@._-]+/)
      .some(part => part.startsWith(term.trim().toLowerCase())) ||
    String(entity[name] ?? '')
      .toLowerCase()
      .includes(term.trim().toLowerCase())
  return found.filter(entity =>
    isAnd ? clauses.every(clause => fits(entity, clause)) : clauses.some(clause => fits(entity, clause)),
  )
}

function order(entities: readonly Entity[], orderBy: string | null): readonly Entity[] {
  const [name, direction] = (orderBy ?? '').split(/[ ,]+/)
  if (name === undefined || name === '') return entities
  const sign = direction === 'desc' ? -1 : 1
  return entities.toSorted((a, b) => sign * String(a[name] ?? '').localeCompare(String(b[name] ?? ''), 'en'))
}

export function select(entity: Entity, query: URLSearchParams): Entity {
  const names = query
    .get('$select')
    ?.split(',')
    .map(name => name.trim())
  if (names === undefined) return entity
  const kept = Object.entries(entity).filter(([name]) => name.startsWith('@odata.type') || names.includes(name))
  return Object.fromEntries(kept)
}

function nextLink(address: string, query: URLSearchParams, start: number): string {
  const next = new URLSearchParams(query)
  next.set('$skiptoken', String(start))
  return `${address}?${next}`
}
