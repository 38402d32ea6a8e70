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
  const isUser = type === 'user' || entity['@odata.type'] === '#microsoft.graph.user'
  return select(entity, names ?? (isUser ? userDefaults : undefined))
}

/** Only these properties; those that Graph has and this directory does not keep are null. */
function select(entity: Entity, names: readonly string[] | undefined): Entity {
  if (names === undefined) return entity
  const chosen = names.map(name => [name, Object.hasOwn(entity, name) ? entity[name] : null] as const)
  const kept = Object.entries(entity).filter(([name]) => name.startsWith('@odata.'))
  return Object.fromEntries([...kept, ...chosen])
}
