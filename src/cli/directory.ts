import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import type { DirectoryDocument } from '../catalog/directory.ts'
import { openAuthority } from '../directory/certificates/authority.ts'
import { dropChanges, withChanges } from '../directory/changes/directory-state.ts'
import { exportDirectory } from '../directory/changes/export-directory.ts'
import { rollOver } from '../directory/tokens/signing-keys.ts'
import { loadWorkspace } from '../workspace/load-workspace.ts'
import { type Arguments, type Command, type Io, UsageError } from './command.ts'
import { workspaceFolder } from './workspace-folder.ts'

export const directoryCommand: Command = {
  name: 'directory',
  summary: 'the local directory: trust its certificate, roll its signing key over, export it',
  usage: ['directory trust [WORKSPACE]', 'directory roll [WORKSPACE]', 'directory export [WORKSPACE] [--output FILE | --write]'],
  details: `
trust   prints where the certificate of the directory's own authority is, and what Microsoft's clients need to believe it
roll    signs with the key that was published ahead; the former one stays published, so tokens at large stay good
export  prints directory.yaml as it stands with what was changed over Microsoft Graph; comments stay. With --write
        it goes into directory.yaml itself, and the changes are forgotten`,
  options: {
    output: { type: 'string', value: 'FILE', help: 'write there instead of printing' },
    write: { type: 'boolean', help: 'write into directory.yaml itself, and forget the changes' },
  },
  positionals: { min: 1, max: 2 },
  printsFile: true,
  async run(args, io) {
    const [what, folder] = args.positionals
    const { catalog } = await loadWorkspace({ folder: workspaceFolder(folder, io), env: io.env })
    const document = catalog.directory
    if (document === undefined)
      throw new UsageError('the workspace has no local directory: set identity.directory in gatehouse.yaml')
    if (what === 'trust') return trust(catalog, io)
    if (what === 'roll') return roll(catalog, io)
    if (what === 'export') return exportTo(document, catalog.settings.state, targetOf(document, args, io), io)
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

function targetOf({ file }: DirectoryDocument, args: Arguments, io: Io): string | undefined {
  const output = args.text('output')
  if (output !== undefined && args.flag('write')) throw new UsageError('it is --output or --write, not both')
  return args.flag('write') ? file : output === undefined ? undefined : resolve(io.cwd, output)
}

/** What is written holds passwords and secrets, as the file that it replaces does. */
function exportTo(document: DirectoryDocument, state: string, target: string | undefined, io: Io): number {
  const text = exportDirectory(readFileSync(document.file, 'utf8'), document, withChanges(document, state))
  if (target === undefined) {
    io.stdout.write(text)
    return 0
  }
  const draft = `${target}.${process.pid}.new`
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' })
  renameSync(draft, target) // whole or not at all
  if (target === document.file) dropChanges(state)
  return 0
}
