import type { Expand } from './found.ts'
import { badRequest, type GraphError, graphError, isGraphError } from './graph-error.ts'
import type { GraphType } from './graph-types.ts'
import type { Entity } from './odata-filter.ts'
import { requirePermission } from './permissions.ts'
import type { Reading } from './reading.ts'
import { findRelation, type Relation } from './relations.ts'

/** Letters of a clause. */
const maxText = 500
/** Relations that one request expands. */
const maxExpanded = 3
/** Graph puts no more than that many into an expanded list. */
const maxItems = 20

interface Wanted {
  readonly name: string
  readonly relation: Relation
  readonly select: ReadonlySet<string> | undefined
}

/** Reads `$expand=members($select=id),memberOf`; a relation that the type has not, or that the caller may not read, is refused. */
export function expansion(reading: Reading, type: GraphType): Expand | GraphError {
  const text = reading.request.query.get('$expand')
  if (text === null) return () => ({})
  if (text.length > maxText) return badRequest('Invalid $expand clause: it is too long.')
  const wanted: Wanted[] = []
  for (const part of text.split(/,(?![^()]*\))/)) {
    const one = readPart(reading, type, part)
    if (isGraphError(one)) return one
    wanted.push(one)
  }
  if (wanted.length > maxExpanded) return badRequest('Too many relations are expanded.')
  return entity => Object.fromEntries(wanted.map(one => [one.name, itemsOf(reading, one, entity)]))
}

function readPart(reading: Reading, type: GraphType, part: string): Wanted | GraphError {
  const match = /^\s*(\w+)\s*(?:\(\s*\$select=([\w ,]+)\))?\s*$/.exec(part)
  const name = match?.[1] ?? ''
  if (match === null) return badRequest(`Invalid $expand clause: ${part.slice(0, 200)}`)
  const relation = findRelation(type, name)
  if (relation === undefined)
    return graphError(
      400,
      'BadRequest',
      `Parsing OData Select and Expand failed: Could not find a property named '${name.slice(0, 60)}' on type 'microsoft.graph.${type}'.`,
    )
  const select = match[2] === undefined ? undefined : new Set(match[2].split(',').map(one => one.trim()))
  return requirePermission(reading.caller, relation.permissions) ?? { name, relation, select }
}

function itemsOf(reading: Reading, { relation, select }: Wanted, entity: Entity): readonly Entity[] {
  const items = relation.read(reading, String(entity.id)).slice(0, maxItems)
  if (select === undefined) return items
  const only = (item: Entity) =>
    Object.fromEntries(Object.entries(item).filter(([name]) => select.has(name) || name.startsWith('@')))
  return items.map(only)
}
