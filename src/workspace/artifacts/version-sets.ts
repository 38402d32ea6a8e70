import type { VersionSet } from '../../catalog/catalog.ts'
import { type Artifact, type ArtifactSource, readArtifacts } from './artifact-source.ts'

export async function readVersionSets(source: ArtifactSource): Promise<readonly VersionSet[]> {
  const kind = { folder: 'version sets', file: 'versionSetInformation.json', section: 'versionSets' }
  const artifacts = await readArtifacts(source, kind)
  return artifacts.map(versionSetOf)
}

function versionSetOf({ name, properties }: Artifact): VersionSet {
  const scheme = properties.choice('versioningScheme', ['Segment', 'Header', 'Query']) ?? 'Segment'
  const headerName = scheme === 'Header' ? properties.requiredText('versionHeaderName') : undefined
  const queryName = scheme === 'Query' ? properties.requiredText('versionQueryName') : undefined
  return {
    name,
    displayName: properties.text('displayName') ?? name,
    scheme,
    ...(headerName === undefined ? {} : { headerName }),
    ...(queryName === undefined ? {} : { queryName }),
  }
}
