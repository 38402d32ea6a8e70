import type { Diagnostic } from '../catalog/diagnostic.ts'
import { type FaultCode, faultCodes } from './fault-codes.ts'
import type { Place } from './text/text-node.ts'

/**
 * Collects faults while a workspace is read; reading always goes on, so that all of them are found at once. Without a mend of its own, a fault has the
 * usual one of its code.
 */
export interface Report {
  error(at: Place, code: FaultCode, message: string, mend?: string): void
  warning(at: Place, code: FaultCode, message: string, mend?: string): void
  readonly diagnostics: readonly Diagnostic[]
}

export function createReport(): Report {
  const diagnostics: Diagnostic[] = []
  const add = (
    severity: Diagnostic['severity'],
    { file, line, column }: Place,
    code: FaultCode,
    message: string,
    mend: string = faultCodes[code].mend,
  ) => {
    diagnostics.push({ file, line, column, severity, code, message, mend })
  }
  return {
    error: (at, code, message, mend) => add('error', at, code, message, mend),
    warning: (at, code, message, mend) => add('warning', at, code, message, mend),
    diagnostics,
  }
}

/** The start of a file: where a fault stands that concerns all of it. */
export function startOf(file: string): Place {
  return { file, line: 1, column: 1 }
}
