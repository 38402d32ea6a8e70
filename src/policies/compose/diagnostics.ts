import type { NamedValue } from '../../catalog/catalog.ts'
import type { Diagnostic, Severity } from '../../catalog/diagnostic.ts'
import { policyDiagnostics } from '../diagnostic-codes.ts'
import type { PolicyFile } from '../read/read-policy.ts'
import { SecretValues } from '../trace/secret-values.ts'

/** Every fault found, each once: a fragment is looked at in each place that includes it. */
export class Diagnostics {
  readonly #secrets: SecretValues
  readonly #found = new Map<string, Diagnostic>()
  #errors = 0

  /** Named values whose values are secret never stand in a message. */
  constructor(namedValues: readonly NamedValue[] = []) {
    this.#secrets = new SecretValues(namedValues)
  }

  /** File by file as they were looked at, from the top of each to its end. */
  get all(): readonly Diagnostic[] {
    const byFile = Map.groupBy(this.#found.values(), ({ file }) => file)
    return [...byFile.values()].flatMap(found => found.sort((a, b) => a.line - b.line || a.column - b.column))
  }

  /** Grows with each error, one that is known already too: a part is sound when it has not grown meanwhile. */
  get errors(): number {
    return this.#errors
  }

  add(told: Diagnostic): void {
    const mend = told.mend ?? policyDiagnostics.get(told.code)?.mend // the C# compiler's own codes have none
    const diagnostic = { ...told, message: this.#secrets.hide(told.message), ...(mend === undefined ? {} : { mend }) }
    if (diagnostic.severity === 'error') this.#errors++
    const { file, line, column, code, message } = diagnostic
    const key = JSON.stringify([file, line, column, code, message])
    if (!this.#found.has(key)) this.#found.set(key, diagnostic)
  }

  /** A fault at an offset of a file. */
  at(file: PolicyFile, offset: number, severity: Severity, code: string, message: string, mend?: string): void {
    const place = { file: file.file, ...file.lines.position(offset) }
    this.add({ ...place, severity, code, message, ...(mend === undefined ? {} : { mend }) })
  }
}
