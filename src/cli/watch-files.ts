import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Milliseconds without an event that end a burst. */
const quiet = 80
/** Milliseconds between two looks at the folders themselves. */
const interval = 1000
/** Folders that are looked at. */
const maxFolders = 20_000

/**
 * Calls `changed` after files below the folders were written, once for a burst of events (an editor's save is several). `ignore` says which
 * paths are none of the workspace's: its state folder above all, or each audit record would be a change.
 */
export function watchFiles(
  folders: readonly string[],
  ignore: (path: string) => boolean,
  changed: () => void,
): { close(): void } {
  const roots = outermost(folders)
  let timer: NodeJS.Timeout | undefined
  const noticed = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      moves.refresh()
      changed()
    }, quiet)
  }
  let watchers = watchersOf(roots, ignore, noticed)
  const moves = watchMoves(roots, ignore, () => {
    for (const watcher of watchers) watcher.close()
    watchers = watchersOf(roots, ignore, noticed)
    noticed()
  })
  return {
    close() {
      clearTimeout(timer)
      moves.close()
      for (const watcher of watchers) watcher.close()
    },
  }
}

function watchersOf(roots: readonly string[], ignore: (path: string) => boolean, noticed: () => void): readonly FSWatcher[] {
  return roots.flatMap(root => {
    try {
      const watcher = watch(root, { recursive: true, persistent: false }, (_event, name) => {
        if (name === null || !ignore(`${root}/${name}`)) noticed()
      })
      // a folder that vanishes ends its watcher; what is served stays as it is
      watcher.on('error', () => watcher.close())
      return [watcher]
    } catch {
      return [] // gone: the look at folders finds it when it is there again
    }
  })
}

/**
 * Node's recursive watching on Linux follows folders, not names: one that is replaced as a whole (a checkout, a deployment that swaps folders) is lost to
 * it. So the folders themselves are looked at now and then; `moved` is called when one is another, came or went.
 */
function watchMoves(
  roots: readonly string[],
  ignore: (path: string) => boolean,
  moved: () => void,
): { refresh(): void; close(): void } {
  let known = identities(foldersBelow(roots, ignore))
  let looking = false
  const look = async () => {
    if (looking) return
    looking = true
    const others = await Promise.all([...known].map(async ([folder, identity]) => (await identityOf(folder)) !== identity))
    looking = false
    if (closed || !others.includes(true)) return
    known = identities(foldersBelow(roots, ignore))
    moved()
  }
  let closed = false
  const timer = setInterval(() => void look(), interval)
  timer.unref()
  return {
    // folders that were made meanwhile
    refresh() {
      known = identities(foldersBelow(roots, ignore))
    },
    close() {
      closed = true
      clearInterval(timer)
    },
  }
}

/** Which folder it is, whatever is in it: files that come and go are the watchers' affair. */
async function identityOf(folder: string): Promise<string> {
  const stats = await stat(folder).catch(() => undefined)
  return stats === undefined ? '' : `${stats.dev} ${stats.ino}`
}

function identities(folders: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    folders.map(folder => {
      const stats = statSync(folder, { throwIfNoEntry: false })
      return [folder, stats === undefined ? '' : `${stats.dev} ${stats.ino}`] as const
    }),
  )
}

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
