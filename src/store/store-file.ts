import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A file of a state folder cannot be used as the store that it should be; `message` says which, why, and what mends it. */
export class StoreUnusable extends Error {}

const sqlite = { busy: 5, locked: 6, readOnly: 8, corrupt: 11, full: 13, cannotOpen: 14, noDatabase: 26 } as const

const notWritable = 'let whoever runs this read and write it and its folder'
const noRoom = 'make room on its disk'
const inUse = 'another process holds it: wait for that one, then try again'
const damaged = 'bring it back from a backup, or move it away, and it is begun anew'
const noFile = 'something else lies there: move it away'

const mends: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [sqlite.busy, inUse],
  [sqlite.locked, inUse],
  [sqlite.readOnly, notWritable],
  [sqlite.cannotOpen, notWritable],
  [sqlite.full, noRoom],
  [sqlite.corrupt, damaged],
  [sqlite.noDatabase, damaged],
  ['EACCES', notWritable],
  ['EPERM', notWritable],
  ['EROFS', notWritable],
  ['ENOSPC', noRoom],
  ['EDQUOT', noRoom],
  ['EISDIR', noFile],
  ['ENOTDIR', noFile],
  ['EEXIST', noFile],
])

/** Does something with the store in a file. Throws StoreUnusable when SQLite or the system would not; what else is thrown is a defect, and stays as it is. */
export function inStoreFile<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const kind = kindOf(error)
    if (kind === undefined) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new StoreUnusable(`${file} cannot be used (${why}): ${mends.get(kind) ?? 'see that its disk is sound'}`, {
      cause: error,
    })
  }
}

/** Opens or makes an SQLite file that only its owner can read; it is closed again when it cannot be prepared. Throws StoreUnusable as `inStoreFile` does. */
export function openStoreFile(file: string, prepare: (db: DatabaseSync) => void): DatabaseSync {
  return inStoreFile(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600)) // made for its owner alone before anything is in it; its journal takes the same mode
    chmodSync(file, 0o600)
    const db = new DatabaseSync(file)
    try {
      prepare(db)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  })
}

/** The primary code of SQLite's error, or the system's name of its own. */
function kindOf(error: unknown): number | string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff
  return 'syscall' in error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
