import type { Group } from '../../catalog/catalog.ts'
import { type ArtifactSource, readArtifacts } from './artifact-source.ts'

/** The groups of the artifacts, and those that every API Management service has whether an export lists them or not. */
export async function readGroups(source: ArtifactSource): Promise<readonly Group[]> {
  const artifacts = await readArtifacts(source, { folder: 'groups', file: 'groupInformation.json', section: 'groups' })
  const groups = artifacts.map(({ name, properties }) => ({ name, displayName: properties.text('displayName') ?? name }))
  const listed = new Set(groups.map(group => group.name.toLowerCase()))
  return [...groups, ...builtInGroups.filter(group => !listed.has(group.name))]
}

const builtInGroups: readonly Group[] = [
  { name: 'administrators', displayName: 'Administrators' },
  { name: 'developers', displayName: 'Developers' },
  { name: 'guests', displayName: 'Guests' },
]
