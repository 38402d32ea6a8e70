import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** How files are reached: ports, so that a workspace can be read from elsewhere. Paths are absolute. */
export interface FileSystem {
  readFile(path: string, maxBytes: number): Promise<FileText>
  /** Bytes of a file, whatever they are. */
  readBytes(path: string, maxBytes: number): Promise<FileBytes>
  /** Names in a folder; undefined when it is not there (or is no folder). Links count as what they lead to. */
  readDir(path: string): Promise<readonly FolderEntry[] | undefined>
}

export type FileText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: 'missing' | 'tooLarge' | 'encoding' | 'unreadable' }

export type FileBytes =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: 'missing' | 'tooLarge' | 'unreadable' }

export interface FolderEntry {
  readonly name: string
  readonly folder: boolean
}

/** A folder or file that is there and cannot be read; the message names the system's own code, never content. */
export class FolderUnreadable extends Error {}

const absent = new Set(['ENOENT', 'ENOTDIR'])

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : 'unknown'
}

/** Stops at the cap instead of reading a file of any size into memory. */
async function readBytes(path: string, maxBytes: number): Promise<FileBytes> {
  try {
    await using file = await open(path, 'r')
    const { size } = await file.stat()
    if (size > maxBytes) return { ok: false, reason: 'tooLarge' }
    const bytes = await file.readFile()
    return bytes.length > maxBytes ? { ok: false, reason: 'tooLarge' } : { ok: true, bytes }
  } catch (fault) {
    return { ok: false, reason: absent.has(codeOf(fault)) ? 'missing' : 'unreadable' }
  }
}

/** Reads UTF-8 text, without its byte order mark. */
async function readFile(path: string, maxBytes: number): Promise<FileText> {
  const found = await readBytes(path, maxBytes)
  if (!found.ok) return found
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(found.bytes) }
  } catch {
    return { ok: false, reason: 'encoding' }
  }
}

async function readDir(path: string): Promise<readonly FolderEntry[] | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return await Promise.all(
      entries.map(async entry => {
        const folder = entry.isSymbolicLink() ? await leadsToFolder(join(path, entry.name)) : entry.isDirectory()
        return { name: entry.name, folder }
      }),
    )
  } catch (fault) {
    if (absent.has(codeOf(fault))) return undefined
    throw new FolderUnreadable(codeOf(fault))
  }
}

/** A link that leads nowhere, or round in a circle, counts as a file: reading it then says what is wrong. */
async function leadsToFolder(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isDirectory(),
    () => false,
  )
}

export const nodeFileSystem: FileSystem = { readFile, readBytes, readDir }
