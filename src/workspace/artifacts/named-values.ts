import type { NamedValue } from '../../catalog/catalog.ts'
import type { Report } from '../report.ts'
import { parseSecretIdentifier } from '../vault-secret.ts'
import { type Artifact, type ArtifactSource, readArtifacts } from './artifact-source.ts'

/**
 * Named values; one whose value was left out as a secret has none here unless the environment or gatehouse.yaml (`bound`: the names it gives) has
 * it, one that lies in a key vault says where.
 */
export async function readNamedValues(source: ArtifactSource, bound: ReadonlySet<string>): Promise<readonly NamedValue[]> {
  const kind = { folder: 'named values', file: 'namedValueInformation.json', section: 'namedValues' }
  const artifacts = await readArtifacts(source, kind)
  const displayNames = new Map<string, string>()
  return artifacts.map(artifact => {
    const namedValue = namedValueOf(artifact, bound, source.report)
    const twin = displayNames.get(namedValue.displayName)
    if (twin !== undefined) {
      const message = `'${artifact.name}' and '${twin}' share the display name '${namedValue.displayName}'`
      source.report.error(artifact.properties.at('displayName'), 'name.duplicate', message)
    }
    displayNames.set(namedValue.displayName, artifact.name)
    return namedValue
  })
}

function namedValueOf({ name, file, properties }: Artifact, bound: ReadonlySet<string>, report: Report): NamedValue {
  const value = properties.text('value')
  const vault = properties.fields('keyVault')
  const identifier = vault?.text('secretIdentifier')
  const displayName = properties.text('displayName') ?? name
  const source = identifier === undefined ? undefined : parseSecretIdentifier(identifier, vault?.text('identityClientId'))
  if (value === undefined && source === undefined && !bound.has(name) && !bound.has(displayName)) {
    const why = identifier === undefined ? 'its value was left out, as secrets are' : `'${identifier}' is no secret identifier`
    const mend = "give it a value under namedValues in gatehouse.yaml, or in the environment's configuration file"
    report.warning(
      properties.at('keyVault'),
      'namedValue.unresolved',
      `the named value '${name}' has no value here: ${why}`,
      mend,
    )
  }
  return {
    name,
    displayName,
    ...(value === undefined ? {} : { value }),
    // a value that an environment gives is the environment's, whatever vault the artifact names
    ...(value !== undefined || source === undefined ? {} : { source }),
    secret: (properties.flag('secret') ?? false) || vault !== undefined,
    file,
  }
}
