import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import type { DirectoryDocument } from '../catalog/directory.ts'
import { openAuthority } from '../directory/certificates/authority.ts'
import { withChanges } from '../directory/changes/directory-state.ts'
import { exportDirectory } from '../directory/changes/export-directory.ts'
import { rollOver } from '../directory/tokens/signing-keys.ts'
import { loadWorkspace } from '../workspace/load-workspace.ts'
import { type Command, type Io, UsageError } from './command.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const directoryCommand: Command = {
  name: 'directory',
  summary: 'the local directory: trust its certificate, roll its signing key over, export it',
  usage: ['directory trust [WORKSPACE]', 'directory roll [WORKSPACE]', 'directory export [WORKSPACE] [--output FILE]'],
  details: `
trust   prints where the certificate of the directory's own authority is, and what Microsoft's clients need to believe it
roll    signs with the key that was published ahead; the former one stays published, so tokens at large stay good
export  prints directory.yaml as it stands with what was changed over Microsoft Graph; comments stay`,
  options: { output: { type: 'string', value: 'FILE', help: 'write there instead of printing' } },
  positionals: { min: 1, max: 2 },
  async run(args, io) {
    const [what, folder] = args.positionals
    const { catalog } = await loadWorkspace({ folder: workspaceFolder(folder, io), env: io.env })
    const document = catalog.directory
    if (document === undefined)
      throw new UsageError('the workspace has no local directory: set identity.directory in gatehouse.yaml')
    if (what === 'trust') return trust(catalog, io)
    if (what === 'roll') return roll(catalog, io)
    if (what === 'export') return write(document, catalog.settings.state, args.text('output'), io)
    throw new UsageError('it is "directory trust", "directory roll" or "directory export"')
  },
}

function trust({ settings: { state } }: Catalog, io: Io): number {
  const { caFile } = openAuthority(state, Date.now())
  io.stdout.write(`${caFile}\n`)
  io.stderr.write(
    [
      `Node.js (MSAL, @azure/identity):  export NODE_EXTRA_CA_CERTS=${caFile}`,
      `Python (MSAL):                    export REQUESTS_CA_BUNDLE=${caFile}`,
      `curl:                             curl --cacert ${caFile} …`,
      'The authority was made on this machine for this workspace alone; its key stays in the state folder.',
      '',
    ].join('\n'),
  )
  return 0
}

function roll({ settings: { state } }: Catalog, io: Io): number {
  rollOver(state, Date.now())
  io.stderr.write('the next key signs from now on; the former one stays published\n')
  return 0
}

function write(document: DirectoryDocument, state: string, output: string | undefined, io: Io): number {
  const text = exportDirectory(readFileSync(document.file, 'utf8'), document, withChanges(document, state))
  // it holds passwords and secrets, as the file that it replaces does
  if (output === undefined) io.stdout.write(text)
  else writeFileSync(resolve(io.cwd, output), text, { mode: 0o600 })
  return 0
}
