import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ConnectionVault, KeptConnection } from '../identity/connections/connection-vault.ts'
import { inStoreFile, openStoreFile, StoreUnusable } from './store-file.ts'

/** Changes of this layout get a new number; a file with another one is begun anew. */
const layout = 1
const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16

/**
 * Tokens of connections in SQLite, each sealed with AES-256-GCM under a key that lies in another file of the state folder. Whoever has the database
 * alone reads nothing, and cannot move one connection's tokens to another: its name is sealed in.
 */
export class SealedConnections implements ConnectionVault {
  readonly #file: string
  readonly #db: DatabaseSync
  readonly #key: Uint8Array
  readonly #read: StatementSync
  readonly #save: StatementSync
  readonly #remove: StatementSync
  readonly #claim: StatementSync
  readonly #release: StatementSync

  /** Opens or makes both files, for their owner alone. Throws StoreUnusable when it cannot. */
  constructor(state: string) {
    const keyFile = join(state, 'connections.key')
    this.#key = inStoreFile(keyFile, () => keyIn(keyFile))
    const file = join(state, 'connections.db')
    this.#file = file
    this.#db = openStoreFile(file, prepare)
    this.#read = this.#db.prepare('SELECT sealed FROM connection WHERE key = ?')
    this.#save = this.#db.prepare('INSERT OR REPLACE INTO connection (key, sealed) VALUES (?, ?)')
    this.#remove = this.#db.prepare('DELETE FROM connection WHERE key = ?')
    this.#claim = this.#db.prepare(
      'INSERT INTO renewal (key, ends) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET ends = excluded.ends WHERE ends <= ?',
    )
    this.#release = this.#db.prepare('DELETE FROM renewal WHERE key = ?')
  }

  read(key: string): KeptConnection | undefined {
    const sealed = inStoreFile(this.#file, () => this.#read.get(key)?.sealed)
    if (!(sealed instanceof Uint8Array)) return undefined
    const text = this.#open(key, sealed)
    // save wrote it: the seal vouches for its form
    return text === undefined ? undefined : (JSON.parse(text) as KeptConnection)
  }

  save(key: string, kept: KeptConnection): void {
    inStoreFile(this.#file, () => this.#save.run(key, this.#seal(key, JSON.stringify(kept))))
  }

  remove(key: string): void {
    inStoreFile(this.#file, () => this.#remove.run(key))
  }

  claim(key: string, now: number, until: number): boolean {
    return this.#claim.run(key, until, now).changes === 1
  }

  release(key: string): void {
    this.#release.run(key)
  }

  close(): void {
    this.#db.close()
  }

  #seal(key: string, text: string): Uint8Array {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(Buffer.from(key, 'utf8'))
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), body])
  }

  /** Undefined when the key is another one now, or somebody changed it: then it has to be got anew. */
  #open(key: string, sealed: Uint8Array): string | undefined {
    const bytes = Buffer.from(sealed)
    if (bytes.length < nonceBytes + tagBytes) return undefined
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(key, 'utf8')).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]).toString('utf8')
    } catch {
      return undefined
    }
  }
}

function prepare(db: DatabaseSync): void {
  db.exec('PRAGMA busy_timeout = 2000; PRAGMA synchronous = NORMAL')
  writeAhead(db)
  if (db.prepare('PRAGMA user_version').get()?.user_version !== layout)
    db.exec(`
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS connection (key TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS renewal (key TEXT PRIMARY KEY, ends REAL NOT NULL) WITHOUT ROWID;
      PRAGMA user_version = ${layout};
      COMMIT`)
}

/** Readers then do not wait for writers. Of several that open the file at once, one changes it, and the others may be told that it is busy. */
function writeAhead(db: DatabaseSync): void {
  try {
    db.exec('PRAGMA journal_mode = WAL')
  } catch (error) {
    if (!(error instanceof Error && /busy|locked/.test(error.message))) throw error
  }
}

/** The key in the file, or a new one: linked into place, so that of several beginners one wins and nobody reads half of it. */
function keyIn(file: string): Uint8Array {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const fresh = `${file}.${process.pid}-${randomBytes(6).toString('hex')}`
  const found = readKey(file)
  if (found !== undefined) return found
  writeFileSync(fresh, randomBytes(keyBytes).toString('base64'), { mode: 0o600, flag: 'wx' })
  try {
    linkSync(fresh, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    unlinkSync(fresh)
  }
  const made = readKey(file)
  if (made === undefined) throw new Error(`the key in ${file} vanished`)
  return made
}

function readKey(file: string): Uint8Array | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const key = Buffer.from(text.trim(), 'base64')
  if (key.length !== keyBytes)
    throw new StoreUnusable(`${file} holds no key of ${keyBytes} bytes; delete it to have a new one made, and connect again`)
  return key
}
