import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import type { LoadedWorkspace } from '../../catalog/catalog.ts'
import { type LoadOptions, loadWorkspace } from '../load-workspace.ts'

/** Writes files (path in the folder to text, or to a value that is written as JSON) into a folder that goes when the test ends. */
export async function temporaryFolder(t: TestContext, files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(
      file,
      content instanceof Uint8Array || typeof content === 'string' ? content : JSON.stringify(content, null, 2),
    )
  }
  return folder
}

export interface LoadedFixture extends LoadedWorkspace {
  /** Each diagnostic as `file:line:column severity code`, the file below the folder. */
  readonly faults: readonly string[]
  readonly folder: string
}

/** Loads a workspace of these files. */
export async function loadFiles(
  t: TestContext,
  files: Readonly<Record<string, unknown>>,
  options: Partial<LoadOptions> = {},
): Promise<LoadedFixture> {
  const folder = await temporaryFolder(t, files)
  const loaded = await loadWorkspace({ env: {}, ...options, folder })
  const faults = loaded.diagnostics.map(({ file, line, column, severity, code }) => {
    return `${file.slice(folder.length + 1)}:${line}:${column} ${severity} ${code}`
  })
  return { ...loaded, folder, faults }
}

/** A specification with these operations: `GET /colors`. */
export function openApi(...operations: readonly string[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of operations) {
    const [method = '', path = ''] = operation.split(' ')
    paths[path] = { ...paths[path], [method.toLowerCase()]: { responses: { 200: { description: 'fine' } } } }
  }
  return { openapi: '3.0.1', info: { title: 'fixture', version: '1' }, paths }
}
