import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Io, UsageError } from './command.ts'
import { ownFolder } from './own-folder.ts'

/** What a folder holds that makes it a workspace. */
const marks = ['gatehouse.yaml', 'apis', 'products', 'backends', 'named values', 'policy fragments', 'version sets']

export function looksLikeWorkspace(folder: string): boolean {
  return marks.some(mark => existsSync(join(folder, mark)))
}

/** The demo that comes with Gatehouse. */
export const demoFolder = () => join(ownFolder(), 'examples/articles')

/**
 * The workspace that a command is about: its argument; else the folder that the caller stands in, when it has a gatehouse.yaml; else the demo. Throws UsageError when it
 * is none.
 */
export function workspaceFolder(argument: string | undefined, { cwd }: Pick<Io, 'cwd'>): string {
  if (argument === undefined) return existsSync(join(cwd, 'gatehouse.yaml')) ? cwd : demoFolder()
  const folder = resolve(cwd, argument)
  const stats = statSync(folder, { throwIfNoEntry: false })
  if (stats === undefined) throw new UsageError(`there is no folder ${folder}`)
  if (!stats.isDirectory()) throw new UsageError(`${folder} is no folder`)
  assertWorkspace(folder, folder)
  return folder
}

/** A folder that holds no workspace would be one without an API: nobody may do anything there, and nothing changes. */
export function assertWorkspace(folder: string, name: string): void {
  if (looksLikeWorkspace(folder)) return
  throw new UsageError(
    `${name} holds no workspace: neither gatehouse.yaml nor a folder of artifacts (${marks.slice(1).join(', ')})`,
  )
}
