import { sep } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import type { Diagnostic } from '../catalog/diagnostic.ts'
import { compilePolicies } from '../policies/compile-policies.ts'
import { inertPorts } from '../policies/inert-ports.ts'
import { type LoadOptions, loadWorkspace, WorkspaceNotFound } from '../workspace/load-workspace.ts'
import { UsageError } from './command.ts'

export interface ReadOptions extends LoadOptions {
  /** Faults that belong to single APIs leave the others to be served. */
  readonly serveValid: boolean
}

export interface ReadWorkspace {
  readonly catalog: Catalog
  readonly diagnostics: readonly Diagnostic[]
  /** Whether it may be served: no errors, or with `serveValid` none beyond single APIs. */
  readonly sound: boolean
  readonly files: readonly string[]
}

/** A workspace with everything that loading and compiling have to say about it. */
export async function readWorkspace({ serveValid, ...options }: ReadOptions): Promise<ReadWorkspace> {
  const {
    catalog,
    diagnostics: loading,
    files,
  } = await loadWorkspace(options).catch((error: unknown) => {
    throw error instanceof WorkspaceNotFound ? new UsageError(error.message) : error
  })
  const diagnostics = [...loading, ...compilePolicies(catalog, inertPorts).diagnostics]
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (!serveValid || errors.length === 0) return { catalog, diagnostics, files, sound: errors.length === 0 }
  const marked = { ...catalog, apis: catalog.apis.map(api => withFault(api, errors)) }
  const elsewhere = errors.filter(error => !catalog.apis.some(api => concerns(error, api)))
  return { catalog: marked, diagnostics, files, sound: elsewhere.length === 0 }
}

type ApiOf = Catalog['apis'][number]

function withFault(api: ApiOf, errors: readonly Diagnostic[]): ApiOf {
  const fault = errors.find(error => concerns(error, api))
  return fault === undefined ? api : { ...api, fault: fault.code }
}

/** An API's faults are those in its own folder, and in the files that its policies stand in. */
function concerns({ file }: Diagnostic, api: ApiOf): boolean {
  const folder = api.file.slice(0, api.file.lastIndexOf(sep) + 1)
  const own = folder.split(sep).at(-2) === api.name && file.startsWith(folder)
  return own || file === api.policy?.file || api.operations.some(operation => file === operation.policy?.file)
}
