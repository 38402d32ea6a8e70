import { statSync } from 'node:fs'
import { relative } from 'node:path'

/** Names that are told of a change. */
const maxNamed = 100

/** The files of a workspace as they were last looked at, to tell which of them are others now. */
export class FileStates {
  readonly #folder: string
  #states: ReadonlyMap<string, string>

  constructor(folder: string, files: readonly string[]) {
    this.#folder = folder
    this.#states = statesOf(files)
  }

  /** Files that were written, made or removed since the last look, from the workspace's folder; the first hundred. */
  changed(files: readonly string[]): readonly string[] {
    const before = this.#states
    this.#states = statesOf(files)
    const names = new Set([...before.keys(), ...this.#states.keys()])
    const others = [...names].filter(name => before.get(name) !== this.#states.get(name))
    return others
      .sort()
      .slice(0, maxNamed)
      .map(name => relative(this.#folder, name))
  }
}

function statesOf(files: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    files.flatMap(file => {
      const stats = statSync(file, { throwIfNoEntry: false })
      return stats?.isFile() === true ? [[file, `${stats.mtimeMs} ${stats.size} ${stats.ino}`] as const] : []
    }),
  )
}
