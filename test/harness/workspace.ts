import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface TemporaryWorkspace {
  readonly folder: string
  read(file: string): Promise<string>
  write(file: string, text: string): Promise<void>
  writeBytes(file: string, bytes: Uint8Array): Promise<void>
  /** Rewrites a file's text; throws when nothing changes. */
  edit(file: string, change: (text: string) => string): Promise<void>
  remove(): Promise<void>
}

/** A folder of its own for one test, with these files in it. */
export async function temporaryWorkspace(files: Readonly<Record<string, string>> = {}): Promise<TemporaryWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'))
  const workspace = at(folder)
  for (const [file, text] of Object.entries(files)) await workspace.write(file, text)
  return workspace
}

/**
 * The artifacts of an API that takes calls without a subscription key. `operations` tells the path of each by its name, with the
 * method before it where that is not GET (`POST /x`); no two share a path. `more` goes over the API's properties.
 */
export function artifactsOf(
  name: string,
  operations: Readonly<Record<string, string>>,
  more: object = {},
): Readonly<Record<string, string>> {
  const paths = Object.entries(operations).map(([operationId, place]) => {
    const [path = '', method = 'GET'] = place.split(' ').reverse()
    return [path, { [method.toLowerCase()]: { operationId, responses: {} } }]
  })
  const properties = {
    path: name,
    displayName: name,
    serviceUrl: 'https://unreachable.example',
    subscriptionRequired: false,
    ...more,
  }
  return {
    [`apis/${name}/apiInformation.json`]: JSON.stringify({ properties }),
    [`apis/${name}/specification.json`]: JSON.stringify({
      openapi: '3.0.1',
      info: { title: name, version: '1' },
      paths: Object.fromEntries(paths),
    }),
  }
}

/** A copy of the demo on free ports, with its backend at the given address. */
export async function copyOfDemo(backend: string): Promise<TemporaryWorkspace> {
  const workspace = await copyOf(fileURLToPath(new URL('../../examples/articles', import.meta.url)))
  await workspace.edit('gatehouse.yaml', text =>
    text.replace('127.0.0.1:8080', '127.0.0.1:0\n  workers: 2').replace('127.0.0.1:8443', '127.0.0.1:0'),
  )
  await workspace.edit('backends/articles-service/backendInformation.json', text =>
    text.replace('http://127.0.0.1:8090', backend),
  )
  return workspace
}

/** A copy of a folder of artifacts, for tests that lay files of their own beside it. */
export async function copyOf(source: string): Promise<TemporaryWorkspace> {
  const workspace = await temporaryWorkspace()
  await cp(source, workspace.folder, { recursive: true, filter: path => !path.includes('.gatehouse') })
  return workspace
}

function at(folder: string): TemporaryWorkspace {
  const read = (file: string) => readFile(join(folder, file), 'utf8')
  const write = async (file: string, text: string | Uint8Array) => {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  return {
    folder,
    read,
    write,
    writeBytes: write,
    async edit(file, change) {
      const before = await read(file)
      const after = change(before)
      if (after === before) throw new Error(`nothing to change in ${file}`)
      await write(file, after)
    },
    // what writes there may be about to end
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }),
  }
}
