import { type GraphError, graphError } from './graph-error.ts'
import { type GraphType, isFurtherProperty } from './graph-types.ts'
import type { Entity } from './odata-filter.ts'

/** Names that `$select` asks for; undefined: all. A name that Graph does not know is refused. */
export function readSelect(
  query: URLSearchParams,
  type: GraphType,
  entities: readonly Entity[],
): readonly string[] | undefined | GraphError {
  const text = query.get('$select')
  if (text === null || text.trim() === '*') return undefined
  const names = [...new Set(text.split(',').map(name => name.trim()))]
  const isKnown = (name: string) =>
    isFurtherProperty(type, name) || entities.length === 0 || entities.some(entity => Object.hasOwn(entity, name))
  const strange = names.find(name => !isKnown(name))
  if (strange === undefined) return names
  return graphError(
    400,
    'BadRequest',
    `Parsing OData Select and Expand failed: Could not find a property named '${strange.slice(0, 60)}' on type 'microsoft.graph.${type}'.`,
  )
}

/** What a user is told of by when nothing is selected ("user resource type": returned by default). */
const userDefaults: readonly string[] = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
  'id',
]

/** The properties of an entity that an answer has: those selected, else those that Graph tells unasked. */
export function shown(type: GraphType, entity: Entity, names: readonly string[] | undefined): Entity {
  const kind = String(entity['@odata.type'] ?? '').slice('#microsoft.graph.'.length)
  const own = kind === '' ? type : (kind as GraphType) // entities carry the types of graph-types.ts
  const wanted = names ?? (own === 'user' ? userDefaults : undefined)
  return wanted === undefined ? entity : select(entity, own, wanted)
}

/** Only these properties. What Graph has and this directory does not keep is null; what things of that kind have not is left out. */
function select(entity: Entity, type: GraphType, names: readonly string[]): Entity {
  const chosen = names.flatMap(name => {
    if (Object.hasOwn(entity, name)) return [[name, entity[name]] as const]
    return isFurtherProperty(type, name) ? [[name, null] as const] : []
  })
  const kept = Object.entries(entity).filter(([name]) => name.startsWith('@odata.'))
  return Object.fromEntries([...kept, ...chosen])
}
