import type { Diagnostic } from '../catalog/diagnostic.ts'
import type { Arguments, Io } from './command.ts'
import { type ReadWorkspace, readWorkspace } from './read-workspace.ts'

/** A workspace and its errors, without its warnings. */
export interface AskedWorkspace extends ReadWorkspace {
  readonly errors: readonly Diagnostic[]
}

/**
 * The workspace that a command looks at: in the environment of `--environment`, where the command has that option. `serveValid`: faults that belong to single APIs
 * leave the others to be looked at.
 */
export async function readAsAsked(folder: string, args: Arguments, io: Io, serveValid = true): Promise<AskedWorkspace> {
  const environment = args.text('environment')
  const read = await readWorkspace({
    folder,
    env: io.env,
    serveValid,
    ...(environment === undefined ? {} : { environment }),
  })
  return { ...read, errors: read.diagnostics.filter(({ severity }) => severity === 'error') }
}
