import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Io, UsageError } from './command.ts'

/** What a folder holds that makes it a workspace. */
const marks = ['gatehouse.yaml', 'apis', 'products', 'backends', 'named values', 'policy fragments', 'version sets']

export function looksLikeWorkspace(folder: string): boolean {
  return marks.some(mark => existsSync(join(folder, mark)))
}

/** The demo that comes with Gatehouse. */
export function demoFolder(): string {
  const candidates = ['../../examples/articles', '../../../examples/articles'].map(path =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  return candidates.find(path => existsSync(join(path, 'gatehouse.yaml'))) ?? candidates[0] ?? ''
}

/** The workspace that a command is about: its argument, or the demo. Throws UsageError when it is no folder. */
export function workspaceFolder(argument: string | undefined, io: Io): string {
  if (argument === undefined) return demoFolder()
  const folder = resolve(io.cwd, argument)
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (stats === undefined) throw new UsageError(`there is no folder ${folder}`)
  if (!stats.isDirectory()) throw new UsageError(`${folder} is no folder`)
  return folder
}
