/**
 * The library's front door. `createCompiler` takes the host's own types and the globals an expression sees; `compile` turns
 * one `@(…)` or `@{…}` into a function, or into diagnostics with the C# compiler's codes.
 */
import type { World } from './binding/binder.ts'
import { WellKnown } from './binding/well-known.ts'
import { compileExpression } from './compile.ts'
import { extensionIndex } from './extension-index.ts'
import { standardSpace } from './standard-space.ts'
import { namesOf } from './types/hierarchy.ts'
import { TypeSpace } from './types/registry.ts'
import { SignatureScanner } from './types/signature-scanner.ts'
import { parseType } from './types/signature-types.ts'
import { NamedType, TypeDefinition } from './types/type.ts'

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
}

/** Namespaces whose types need no prefix in an expression, as in API Management. */
const standardUsings: readonly string[] = [
  'System',
  'System.Collections.Generic',
  'System.Linq',
  'System.Text',
  'System.Text.RegularExpressions',
  'System.Net',
  'System.Security.Cryptography',
  'System.Security.Cryptography.X509Certificates',
  'System.Xml',
  'System.Xml.Linq',
  'System.Globalization',
  'System.IO',
  'Newtonsoft.Json',
  'Newtonsoft.Json.Linq',
]

/** Some tenths of a second of the emptiest loop: far more than any real expression takes. */
const evaluationSteps = 20_000_000

/** Makes a compiler for a host. Throws TypeError when the host's own types or globals cannot be read. */
export function createCompiler(host: Host): Compiler {
  const space = new TypeSpace(standardSpace())
  space.add(host.types)
  const usings = [...standardUsings, ...(host.usings ?? [])]
  const hosted = new Set(host.types)
  const names = { ...namesOf(globalsDefinition), space }
  const globals = new Map(
    Object.entries(host.globals).map(([name, type]) => [name, parseType(new SignatureScanner(type), names)]),
  )
  const world: World = {
    known: new WellKnown(space),
    globals,
    usings,
    extensions: extensionIndex(space, usings),
    steps: host.steps ?? evaluationSteps,
    isHostType: type => type instanceof NamedType && hosted.has(type.definition),
  }
  return { compile: (source, expected) => compileExpression(world, source, expected) }
}

/** Gives the types of globals a place from which their names are looked up. */
const globalsDefinition = new TypeDefinition('static class', 'Globals', [], '', {})
