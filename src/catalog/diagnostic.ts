/** How bad a finding is: an error keeps its part of the workspace from loading, a warning does not. */
export type Severity = 'error' | 'warning'

/** A place in a text: lines and columns count from 1, columns in UTF-16 units, as editors do. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** What the author of a workspace did wrong, where, and what mends it. A value, never thrown. */
export interface Diagnostic extends Position {
  /** Path of the file, as the workspace was named on the command line joined with the path below it. */
  readonly file: string
  readonly severity: Severity
  /** Stable, from the catalogue in docs/errors.md: `policy.unsupported`, or a C# compiler code such as `CS1061`. */
  readonly code: string
  readonly message: string
  /** What the author can do about it, in plain words. */
  readonly mend?: string
}
