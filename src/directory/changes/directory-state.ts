import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DirectoryDocument } from '../../catalog/directory.ts'
import { readState, replaceState } from '../state-files.ts'
import { indexTenant, type Tenant } from '../tenant.ts'
import { applyChange, type Change } from './change.ts'
import { withCredentialIds } from './credential-ids.ts'

const file = 'directory-changes.json'
/** Changes that are kept; past it the directory takes no more. */
const maxChanges = 10_000

/** The document with the changes that were made over Graph and kept in the state folder. */
export function withChanges(document: DirectoryDocument, state: string): DirectoryDocument {
  return readChanges(state).reduce(applyChange, withCredentialIds(document))
}

/** Forgets the changes: they are part of the file now. A directory that is running notices when its file is read anew. */
export function dropChanges(state: string): void {
  rmSync(join(state, file), { force: true })
}

function readChanges(state: string): readonly Change[] {
  const text = readState(state, file)
  if (text === undefined) return []
  const stored = JSON.parse(text) as { changes?: readonly Change[] } // this file is written below alone
  return stored.changes ?? []
}

/** The directory as it stands: `directory.yaml` and what was changed since. A new file keeps the changes, as far as they have a place in it. */
export class DirectoryState {
  readonly #folder: string
  #document: DirectoryDocument
  #changes: readonly Change[]
  #tenant: Tenant

  constructor(document: DirectoryDocument, folder: string) {
    this.#folder = folder
    this.#document = document
    this.#changes = readChanges(folder)
    this.#tenant = indexTenant(this.#changes.reduce(applyChange, withCredentialIds(document)))
  }

  get tenant(): Tenant {
    return this.#tenant
  }

  /** What `directory.yaml` says, without the changes. */
  get file(): DirectoryDocument {
    return this.#document
  }

  /** `directory.yaml` was saved anew; it may hold the changes by now, which are then no longer kept. */
  replace(document: DirectoryDocument): void {
    this.#document = document
    this.#changes = readChanges(this.#folder)
    this.#tenant = indexTenant(this.#changes.reduce(applyChange, withCredentialIds(document)))
  }

  /** Makes a change and keeps it; false when there are too many. */
  change(change: Change): boolean {
    if (this.#changes.length >= maxChanges) return false
    const changes = [...this.#changes, change]
    replaceState(this.#folder, file, `${JSON.stringify({ version: 1, changes }, null, 2)}\n`)
    this.#changes = changes
    this.#tenant = indexTenant(applyChange(this.#tenant.document, change))
    return true
  }
}
