import { basename, dirname, resolve } from 'node:path'
import { type FileSystem, FolderUnreadable } from './file-system.ts'
import { type Report, startOf } from './report.ts'
import { readJson } from './text/read-json.ts'
import { readYaml } from './text/read-yaml.ts'
import { kindOf, type ListNode, type ObjectNode, type TextNode } from './text/text-node.ts'

/** More would not be a configuration: a wrong folder was named, or somebody wants the memory. */
export const caps = { fileBytes: 16 * 1024 * 1024, files: 20_000 } as const

/**
 * The workspace's files, read at known places only: nothing is walked, so links that lead in circles cannot trap it.
 * Paths are given as the workspace was named on the command line, which is what diagnostics show.
 */
export interface WorkspaceFiles {
  /** Text of a file that may be absent. */
  text(path: string): Promise<string | undefined>
  /** Bytes of a file that may be absent. */
  bytes(path: string): Promise<Uint8Array | undefined>
  /** A JSON or YAML document (by its ending) whose root should be an object; undefined when absent, empty or faulty. */
  object(path: string): Promise<ObjectNode | undefined>
  /** The same for a document whose root should be a list. */
  list(path: string): Promise<ListNode | undefined>
  exists(path: string): Promise<boolean>
  /** Names of the folders in a folder, sorted; none when it is absent. */
  folders(path: string): Promise<readonly string[]>
  files(path: string): Promise<readonly string[]>
  hasFolder(path: string): Promise<boolean>
  /** Absolute paths of all that was asked for so far, also what was absent: its coming is a change too. */
  readonly visited: () => readonly string[]
}

export function workspaceFiles(fileSystem: FileSystem, report: Report): WorkspaceFiles {
  const visited = new Set<string>()
  let full = false
  const listings = new Map<string, Promise<readonly { name: string; folder: boolean }[] | undefined>>()
  const list = (path: string) => {
    const absolute = resolve(path)
    visited.add(absolute)
    let listing = listings.get(absolute)
    if (listing === undefined) {
      listing = fileSystem.readDir(absolute).catch((fault: unknown) => {
        if (!(fault instanceof FolderUnreadable)) throw fault
        report.error(startOf(path), 'file.unreadable', `the folder cannot be read (${fault.message})`)
        return undefined
      })
      listings.set(absolute, listing)
    }
    return listing
  }
  const names = async (path: string, folder: boolean) =>
    ((await list(path)) ?? [])
      .filter(entry => entry.folder === folder && !entry.name.startsWith('.'))
      .map(entry => entry.name)
      .sort()

  /** Notes that a file is asked for; false when it is one too many. */
  const visit = (path: string): boolean => {
    const absolute = resolve(path)
    if (!visited.has(absolute) && visited.size >= caps.files) {
      if (!full)
        report.error(startOf(path), 'workspace.tooManyFiles', `more than ${caps.files} files and folders: the rest is not read`)
      full = true
      return false
    }
    visited.add(absolute)
    return true
  }

  const tellUnread = (path: string, reason: 'missing' | 'tooLarge' | 'encoding' | 'unreadable') => {
    if (reason === 'tooLarge') report.error(startOf(path), 'file.tooLarge', `larger than ${caps.fileBytes} bytes`)
    if (reason === 'encoding') report.error(startOf(path), 'file.encoding', 'this file is not UTF-8 text')
    if (reason === 'unreadable') report.error(startOf(path), 'file.unreadable', 'the file cannot be read')
    return undefined
  }

  const text = async (path: string): Promise<string | undefined> => {
    if (!visit(path)) return undefined
    const found = await fileSystem.readFile(resolve(path), caps.fileBytes)
    return found.ok ? found.text : tellUnread(path, found.reason)
  }

  const bytes = async (path: string): Promise<Uint8Array | undefined> => {
    if (!visit(path)) return undefined
    const found = await fileSystem.readBytes(resolve(path), caps.fileBytes)
    return found.ok ? found.bytes : tellUnread(path, found.reason)
  }

  const document = async (path: string): Promise<TextNode | undefined> => {
    const content = await text(path)
    if (content === undefined) return undefined
    return path.toLowerCase().endsWith('.json') ? readJson(path, content, report) : readYaml(path, content, report)
  }

  return {
    text,
    bytes,
    object: async path => {
      const root = await document(path)
      return root?.kind === 'object' ? root : wrongRoot(root, 'an object', report)
    },
    list: async path => {
      const root = await document(path)
      return root?.kind === 'list' ? root : wrongRoot(root, 'a list', report)
    },
    exists: async path => ((await list(dirname(path))) ?? []).some(entry => entry.name === basename(path)),
    folders: path => names(path, true),
    files: path => names(path, false),
    hasFolder: async path => (await list(path)) !== undefined,
    visited: () => [...visited],
  }
}

/** An empty document is no fault: it says nothing. */
function wrongRoot(root: TextNode | undefined, wanted: string, report: Report): undefined {
  if (root === undefined || (root.kind === 'scalar' && root.value === null)) return
  report.error(root.at, 'value.type', `the document should be ${wanted}, and is ${kindOf(root)}`)
}
