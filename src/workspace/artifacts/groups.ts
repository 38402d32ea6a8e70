import type { Group } from '../../catalog/catalog.ts'
import { type ArtifactSource, readArtifacts } from './artifact-source.ts'

export async function readGroups(source: ArtifactSource): Promise<readonly Group[]> {
  const artifacts = await readArtifacts(source, { folder: 'groups', file: 'groupInformation.json', section: 'groups' })
  return artifacts.map(({ name, properties }) => ({ name, displayName: properties.text('displayName') ?? name }))
}

/** Groups that every API Management service has; an export does not list them. */
export const builtInGroups = ['administrators', 'developers', 'guests'] as const
