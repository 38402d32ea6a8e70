import { type FSWatcher, watch } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Calls `changed` after files below the folders were written, once for a burst of events (an editor's save is several). `ignore` says which
 * paths are none of the workspace's: its state folder above all, or each audit record would be a change.
 */
export function watchFiles(
  folders: readonly string[],
  ignore: (path: string) => boolean,
  changed: () => void,
): { close(): void } {
  const quiet = 80 // milliseconds without an event that end a burst
  let timer: NodeJS.Timeout | undefined
  const noticed = (folder: string) => (_event: string, name: string | null) => {
    if (name !== null && ignore(`${folder}/${name}`)) return
    clearTimeout(timer)
    timer = setTimeout(changed, quiet)
  }
  const watchers: FSWatcher[] = []
  for (const folder of outermost(folders)) {
    const watcher = watch(folder, { recursive: true, persistent: false }, noticed(folder))
    // a folder that vanishes ends its watcher; what is served stays as it is
    watcher.on('error', () => watcher.close())
    watchers.push(watcher)
  }
  return {
    close() {
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
    },
  }
}

/** The folders that no other one of them holds. */
function outermost(folders: readonly string[]): string[] {
  const inside = (folder: string, other: string) =>
    folder !== other && (folder.startsWith(`${other}/`) || dirname(folder) === other)
  return [...new Set(folders)].filter(folder => !folders.some(other => inside(folder, other)))
}
