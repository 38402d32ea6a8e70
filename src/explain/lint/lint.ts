import type { Catalog } from '../../catalog/catalog.ts'
import type { Diagnostic } from '../../catalog/diagnostic.ts'
import { lintRules } from '../../catalog/lint-rules.ts'
import type { AcceptedFinding } from '../../catalog/settings.ts'
import { waysInto } from '../access-rows.ts'
import { type DocumentReader, documentReader, heldReader, partsReader, sectionReader } from '../effective-section.ts'
import { readingReader } from './caller-reading.ts'
import { lintChain } from './chain-rules.ts'
import { lintDocument } from './document-rules.ts'
import { missingBase } from './missing-base.ts'

/**
 * Everything that the linter has to say of a workspace, each finding once, without what the workspace accepts. Warnings, unless its `lint.levels` say otherwise.
 * `others`: warnings of other parts that may be accepted alike.
 */
export function lintWorkspace(catalog: Catalog, others: readonly Diagnostic[] = []): readonly Diagnostic[] {
  const read = documentReader()
  const found = new Map<string, Diagnostic>()
  for (const finding of [...others, ...documentsOf(catalog, read).flatMap(lintDocument), ...chains(catalog, read)]) {
    const { file, line, column, code, message } = finding
    const key = JSON.stringify([file, line, column, code, message])
    if (!found.has(key)) found.set(key, finding)
  }
  return levelled(accepted([...found.values()], catalog), catalog)
}

function documentsOf(catalog: Catalog, read: DocumentReader) {
  const served = catalog.apis.filter(({ notServed }) => notServed === undefined)
  const policies = [
    catalog.policy,
    ...catalog.products.map(({ policy }) => policy),
    ...served.flatMap(api => [api.policy, ...api.operations.map(({ policy }) => policy)]),
    ...catalog.fragments.map(({ policy }) => policy),
  ]
  return policies.flatMap(policy => (policy === undefined ? [] : [read(policy)]))
}

function* chains(catalog: Catalog, read: DocumentReader): Generator<Diagnostic> {
  const sections = sectionReader(catalog, read)
  const held = heldReader(catalog, read)
  const parts = partsReader(catalog, read)
  const reading = readingReader()
  const [inbound, backend, outbound] = [sections('inbound'), sections('backend'), sections('outbound')]
  for (const api of catalog.apis.filter(({ notServed }) => notServed === undefined))
    for (const { product } of waysInto(api, catalog))
      for (const operation of api.operations) {
        const { elements, dropped } = inbound(api, operation, product)
        yield* missingBase(dropped, elements, held)
        const chain = {
          inbound: elements,
          backend: backend(api, operation, product).elements,
          outbound: outbound(api, operation, product).elements,
        }
        yield* lintChain(chain, parts, reading)
      }
}

/** Without the findings that gatehouse.yaml accepts; an entry that meets none is a finding itself. */
function accepted(findings: readonly Diagnostic[], { settings }: Catalog): readonly Diagnostic[] {
  const entries = settings.lint?.accept ?? []
  const used = new Set<AcceptedFinding>()
  const left = findings.filter(finding => {
    const entry = entries.find(one => accepts(one, finding, settings.folder))
    if (entry !== undefined) used.add(entry)
    return entry === undefined
  })
  const idle = entries.filter(entry => !used.has(entry))
  return [
    ...left,
    ...idle.map(({ rule, at }): Diagnostic => {
      const message = `${rule} is accepted here, and nothing is found that it would accept`
      return { ...at, severity: 'warning', code: 'lint.accepted-nothing', message, mend: lintRules['lint.accepted-nothing'].mend }
    }),
  ]
}

/** Findings that the workspace neither accepts nor switches off, for whoever shows the compiler's alone; `levels`: at the levels that it gives them. */
export function notAccepted(
  findings: readonly Diagnostic[],
  catalog: Catalog,
  levels: 'as configured' | 'as they are',
): readonly Diagnostic[] {
  const { lint, folder } = catalog.settings
  const left = findings.filter(
    finding => lint?.levels.get(finding.code) !== 'off' && lint?.accept.some(one => accepts(one, finding, folder)) !== true,
  )
  return levels === 'as configured' ? levelled(left, catalog) : left
}

/** An entry without a file means the rule everywhere; its file is named from the workspace's folder, a folder means all in it. */
function accepts({ rule, file }: AcceptedFinding, { code, file: found }: Diagnostic, folder: string): boolean {
  if (rule !== code) return false
  if (file === undefined) return true
  const below = found.startsWith(folder) ? found.slice(folder.length).replace(/^[\\/]/, '') : found
  const wanted = file.replace(/^\.\//, '').replace(/\/$/, '')
  return below === wanted || below.startsWith(`${wanted}/`)
}

function levelled(findings: readonly Diagnostic[], { settings: { lint } }: Catalog): readonly Diagnostic[] {
  return findings.flatMap(finding => {
    const level = lint?.levels.get(finding.code) ?? finding.severity
    return level === 'off' ? [] : [{ ...finding, severity: level }]
  })
}
