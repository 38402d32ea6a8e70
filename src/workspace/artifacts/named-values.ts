import type { NamedValue } from '../../catalog/catalog.ts'
import type { Report } from '../report.ts'
import { type Artifact, type ArtifactSource, readArtifacts } from './artifact-source.ts'

/** Named values; one whose value lies in a key vault, or was left out as a secret, has none here unless the environment gives it. */
export async function readNamedValues(source: ArtifactSource): Promise<readonly NamedValue[]> {
  const kind = { folder: 'named values', file: 'namedValueInformation.json', section: 'namedValues' }
  const artifacts = await readArtifacts(source, kind)
  const displayNames = new Map<string, string>()
  return artifacts.map(artifact => {
    const namedValue = namedValueOf(artifact, source.report)
    const twin = displayNames.get(namedValue.displayName)
    if (twin !== undefined) {
      const message = `'${artifact.name}' and '${twin}' share the display name '${namedValue.displayName}'`
      source.report.error(artifact.properties.at('displayName'), 'name.duplicate', message)
    }
    displayNames.set(namedValue.displayName, artifact.name)
    return namedValue
  })
}

function namedValueOf({ name, file, properties }: Artifact, report: Report): NamedValue {
  const value = properties.text('value')
  const vault = properties.fields('keyVault')?.text('secretIdentifier')
  if (value === undefined) {
    const why = vault === undefined ? 'its value was left out, as secrets are' : 'its value lies in a key vault'
    const mend = "give it a value in the environment's configuration file"
    report.warning(
      properties.at('keyVault'),
      'namedValue.unresolved',
      `the named value '${name}' has no value here: ${why}`,
      mend,
    )
  }
  return {
    name,
    displayName: properties.text('displayName') ?? name,
    ...(value === undefined ? {} : { value }),
    secret: (properties.flag('secret') ?? false) || vault !== undefined,
    file,
  }
}
