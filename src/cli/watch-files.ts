import { type FSWatcher, readdirSync, type Stats, statSync, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Milliseconds without an event that end a burst. */
const quiet = 80
/** Milliseconds between two looks at the folders themselves. */
const interval = 1000
/** Folders that are looked at. */
const maxFolders = 20_000

/** A folder that is watched, and which one it was when that began. */
interface Watched {
  readonly identity: string
  readonly watcher: FSWatcher | undefined
}

/**
 * Calls `changed` after files below the folders were written, once for a burst of events (an editor's save is several). `ignore` says which
 * paths are none of the workspace's: its state folder above all, or each audit record would be a change.
 *
 * Each folder has a watcher of its own, which tells of files by their names: Node's recursive one follows files, and is blind for one that was replaced (an editor that
 * renames, a checkout). A folder that is replaced as a whole (a deployment that swaps folders) is lost to its watcher too; so folders are looked at now and then.
 */
export function watchFiles(
  folders: readonly string[],
  ignore: (path: string) => boolean,
  changed: () => void,
): { close(): void } {
  const roots = outermost(folders)
  const watched = new Map<string, Watched>()
  let burst: NodeJS.Timeout | undefined
  const noticed = () => {
    clearTimeout(burst)
    burst = setTimeout(() => {
      follow()
      changed()
    }, quiet)
  }
  /** Watches the folders that are there now. */
  const follow = () => {
    const there = new Set(foldersBelow(roots, ignore))
    for (const [folder, { watcher }] of watched)
      if (!there.has(folder)) {
        watcher?.close()
        watched.delete(folder)
      }
    for (const folder of there) {
      const identity = identityOf(statSync(folder, { throwIfNoEntry: false }))
      const known = watched.get(folder)
      if (known?.identity === identity) continue
      known?.watcher?.close()
      watched.set(folder, { identity, watcher: watcherOf(folder, ignore, noticed) })
    }
  }
  let looking = false
  let closed = false
  const look = async () => {
    if (looking) return
    looking = true
    const others = await Promise.all(
      [...watched].map(async ([folder, { identity }]) => identityOf(await stat(folder).catch(() => undefined)) !== identity),
    )
    looking = false
    if (!closed && others.includes(true)) noticed()
  }
  const timer = setInterval(() => void look(), interval)
  timer.unref()
  follow()
  return {
    close() {
      closed = true
      clearTimeout(burst)
      clearInterval(timer)
      for (const { watcher } of watched.values()) watcher?.close()
    },
  }
}

function watcherOf(folder: string, ignore: (path: string) => boolean, noticed: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name === null || !ignore(join(folder, name))) noticed()
    })
    // a folder that vanishes ends its watcher; what is served stays as it is
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined // gone: the look at folders finds it when it is there again
  }
}

/** Which folder it is, whatever is in it: files that come and go are the watchers' affair. */
const identityOf = (stats: Stats | undefined) => (stats === undefined ? '' : `${stats.dev} ${stats.ino}`)

function foldersBelow(roots: readonly string[], ignore: (path: string) => boolean): readonly string[] {
  const found: string[] = []
  const visit = (folder: string) => {
    if (found.length >= maxFolders) return
    found.push(folder)
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true }))
        if (entry.isDirectory() && !ignore(`${join(folder, entry.name)}/`)) visit(join(folder, entry.name))
    } catch {
      // gone meanwhile
    }
  }
  for (const root of roots) visit(root)
  return found
}

/** The folders that no other one of them holds. */
function outermost(folders: readonly string[]): string[] {
  const inside = (folder: string, other: string) =>
    folder !== other && (folder.startsWith(`${other}/`) || dirname(folder) === other)
  return [...new Set(folders)].filter(folder => !folders.some(other => inside(folder, other)))
}
