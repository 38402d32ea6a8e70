import { sep } from 'node:path'
import type { Catalog } from '../catalog/catalog.ts'
import type { Diagnostic } from '../catalog/diagnostic.ts'
import { notAccepted } from '../explain/lint/lint.ts'
import type { NamedValueSources } from '../identity/named-value-sources.ts'
import { compilePolicies } from '../policies/compile-policies.ts'
import { inertPorts } from '../policies/inert-ports.ts'
import { type LoadOptions, loadWorkspace, WorkspaceNotFound } from '../workspace/load-workspace.ts'
import { UsageError } from './command.ts'

/** Who follows named values to the key vaults that they lie in; `later`: nobody yet, and what depends on them is no fault so far. */
export type VaultReader = Pick<NamedValueSources, 'fill'> | 'later'

export interface ReadOptions extends LoadOptions {
  /** Left out: no vault is read, and what depends on one is a fault. */
  readonly vaults?: VaultReader | undefined
  /** Faults that belong to single APIs leave the others to be served. */
  readonly serveValid: boolean
  /** Warnings that `lint.levels` makes errors are errors: for who serves it, not for who only looks at it. */
  readonly heedsLevels?: boolean
}

export interface ReadWorkspace {
  readonly catalog: Catalog
  readonly diagnostics: readonly Diagnostic[]
  /** Whether it may be served: no errors, or with `serveValid` none beyond single APIs. */
  readonly sound: boolean
  readonly files: readonly string[]
}

/** A workspace with everything that loading and compiling have to say about it. */
export async function readWorkspace({
  serveValid,
  heedsLevels = false,
  vaults,
  ...options
}: ReadOptions): Promise<ReadWorkspace> {
  const {
    catalog: loaded,
    diagnostics: loading,
    files,
  } = await loadWorkspace(options).catch((error: unknown) => {
    throw error instanceof WorkspaceNotFound ? new UsageError(error.message) : error
  })
  const { catalog, unread } =
    vaults === undefined || vaults === 'later' ? { catalog: loaded, unread: [] } : await filled(loaded, vaults)
  const judged = judgeCatalog(catalog, [...loading, ...unread], { serveValid, heedsLevels, vaults })
  return { ...judged, files }
}

async function filled(catalog: Catalog, vaults: Pick<NamedValueSources, 'fill'>) {
  const { namedValues, unread } = await vaults.fill(catalog.namedValues)
  const mend = 'let whoever runs this read the vault, or give it a value for this environment'
  const diagnostics = unread.map(({ name, file, message }): Diagnostic => {
    const text = `the named value '${name}' has no value here: ${message}`
    return { file, line: 1, column: 1, severity: 'warning', code: 'namedValue.unresolved', message: text, mend }
  })
  return { catalog: { ...catalog, namedValues }, unread: diagnostics }
}

/** Compiles a catalog to find every fault, and says whether it may be served. */
export function judgeCatalog(
  catalog: Catalog,
  loading: readonly Diagnostic[],
  { serveValid, heedsLevels = false, vaults }: Pick<ReadOptions, 'serveValid' | 'heedsLevels' | 'vaults'>,
): Omit<ReadWorkspace, 'files'> {
  const compiled = compilePolicies(catalog, inertPorts).diagnostics
  const compiling = notAccepted(compiled, catalog, heedsLevels ? 'as configured' : 'as they are')
  const diagnostics = [
    ...loading,
    ...(vaults === 'later' ? compiling.filter(({ code }) => code !== 'policy.key-vault') : compiling),
  ]
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (!serveValid || errors.length === 0) return { catalog, diagnostics, sound: errors.length === 0 }
  const marked = { ...catalog, apis: catalog.apis.map(api => withFault(api, errors)) }
  const elsewhere = errors.filter(error => !catalog.apis.some(api => concerns(error, api)))
  return { catalog: marked, diagnostics, sound: elsewhere.length === 0 }
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
