import { join } from 'node:path'
import { nearestName } from '../near-names.ts'
import { startOf } from '../report.ts'
import type { ArtifactSource } from './artifact-source.ts'

const read = [
  'apis',
  'products',
  'backends',
  'named values',
  'policy fragments',
  'subscriptions',
  'version sets',
  'tags',
  'groups',
  'schemas',
  'authorization providers',
  'authorizationProviders',
  'users',
  'gateways',
  'loggers',
  'diagnostics',
]

/** Warns of folders that look like artifacts and are not read. Gateways, loggers and diagnostics are Azure's own affair: left out knowingly. */
export async function warnStrayFolders({ folder, files, report }: ArtifactSource): Promise<void> {
  const there = await files.folders(folder)
  for (const name of there) {
    if (read.includes(name)) continue
    const spelled = name.toLowerCase().replace(/[-_ ]+/g, '')
    const same = read.find(known => known.replaceAll(' ', '') === spelled)
    const near = nearestName(name, read)
    const meant = same ?? (near !== undefined && !there.includes(near) ? near : undefined)
    if (meant !== undefined) {
      report.warning(startOf(join(folder, name)), 'folder.misspelled', `nothing in '${name}' is read`, `did you mean '${meant}'?`)
    }
    if (name === 'workspaces') {
      report.warning(
        startOf(join(folder, name)),
        'folder.notServed',
        "API Management workspaces are not served yet: nothing in 'workspaces' is read",
      )
    }
  }
}
