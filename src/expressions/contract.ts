import type { Watcher } from './emit/watch.ts'
import type { ConditionPart } from './syntax/condition-parts.ts'
import type { TypeDefinition } from './types/type.ts'

/** What the embedding program adds: its own types (made with `defineType`) and the names that expressions find in scope. */
export interface Host {
  readonly types: readonly TypeDefinition[]
  /** Name to C# type: `{ context: 'Contoso.IContext' }`. At run time each is passed by name. */
  readonly globals: Readonly<Record<string, string>>
  /** Namespaces whose types need no prefix, besides the compiler's own list. */
  readonly usings?: readonly string[]
  /** Steps that one evaluation may take before it ends with BudgetExceeded; types/budget.ts says what a step is. */
  readonly steps?: number
}

/** What the place of the expression expects of it; undefined: any value (but not nothing). */
export type Expected = 'bool' | 'int' | 'string' | undefined

export interface Compiled {
  /** Runs it. Returns a boxed value (types/values.ts). Throws NetException, or BudgetExceeded. */
  readonly evaluate: (globals: Readonly<Record<string, unknown>>) => unknown
  /** Static type of the result, as C# writes it. */
  readonly type: string
  /** `Type.Member` of each host member that the expression mentions: what it may touch when it runs. */
  readonly uses: ReadonlySet<string>
}

/** A condition that tells what its parts come out as: costs more to run than its `Compiled`, and gives the same. */
export interface Watched {
  /** In the order in which they stand; `start` and `end` are offsets into the source. */
  readonly parts: readonly ConditionPart[]
  /** `watcher` is told of the parts and their operands; not of what was never reached. */
  readonly evaluate: (globals: Readonly<Record<string, unknown>>, watcher: Watcher) => unknown
}

/** Line and column count from 1, relative to the text that was given; the caller adds where that stands. */
export interface ExpressionDiagnostic {
  readonly line: number
  readonly column: number
  /** Offset in UTF-16 units into the text that was given. */
  readonly offset: number
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
}

export type CompileResult =
  | { readonly ok: true; readonly compiled: Compiled; readonly diagnostics: readonly ExpressionDiagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly ExpressionDiagnostic[] }

export interface Compiler {
  /** `source` is the whole expression with its `@( )` or `@{ }`. */
  compile(source: string, expected?: Expected): CompileResult
  /** The same for a `bool`, to be watched while it runs; undefined for a source that does not compile. */
  watch(source: string): Watched | undefined
}
