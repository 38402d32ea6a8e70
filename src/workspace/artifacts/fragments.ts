import { dirname, join } from 'node:path'
import type { PolicyFragment } from '../../catalog/catalog.ts'
import { type ArtifactSource, readArtifacts, readPolicy } from './artifact-source.ts'

/** Policy fragments. A folder that holds a policy without its information file counts too: the policy is what matters. */
export async function readFragments(source: ArtifactSource): Promise<readonly PolicyFragment[]> {
  const kind = { folder: 'policy fragments', file: 'policyFragmentInformation.json', section: 'policyFragments' }
  const described = new Map((await readArtifacts(source, kind)).map(artifact => [artifact.name, artifact]))
  const folder = join(source.folder, kind.folder)
  const fragments: PolicyFragment[] = []
  for (const name of await source.files.folders(folder)) {
    const artifact = described.get(name)
    const override = artifact?.properties.text('value')
    const replaced = override === undefined ? undefined : { text: override, at: artifact!.properties.at('value') }
    const policy = await readPolicy(source, join(folder, name, 'policy.xml'), replaced)
    if (policy !== undefined) fragments.push({ name, policy })
    else if (artifact !== undefined) {
      const message = `the policy fragment '${name}' has no policy.xml`
      source.report.error(
        { ...artifact.at, file: join(dirname(artifact.file), 'policy.xml') },
        'file.missing',
        message,
        'export it too, or take the folder out',
      )
    }
  }
  return fragments
}
