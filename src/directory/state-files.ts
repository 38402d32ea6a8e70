import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files of the state folder that must stay on this machine: readable by their owner alone (0600), whole or not there. */

export function readState(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** The file's text: what is there already, or what `make` gives, written once even when several processes start at the same time. */
export function keepState(folder: string, name: string, make: () => string): string {
  const there = readState(folder, name)
  if (there !== undefined) return there
  const draft = writeDraft(folder, name, make())
  try {
    linkSync(draft, join(folder, name)) // fails when another process was first: its file counts
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
  return readFileSync(join(folder, name), 'utf8')
}

/** Puts a new text in the file's place. */
export function replaceState(folder: string, name: string, text: string): void {
  renameSync(writeDraft(folder, name, text), join(folder, name))
}

let drafts = 0

function writeDraft(folder: string, name: string, text: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = join(folder, `.${name}.${process.pid}.${drafts++}`)
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' })
  return draft
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
