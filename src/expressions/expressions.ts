/**
 * The library's front door. `createCompiler` takes the host's own types and the globals an expression sees; `compile` turns
 * one `@(…)` or `@{…}` into a function, or into diagnostics with the C# compiler's codes.
 */
import type { World } from './binding/binder.ts'
import { WellKnown } from './binding/well-known.ts'
import { compileExpression, watchCondition } from './compile.ts'
import type { Compiler, Host } from './contract.ts'
import { extensionIndex } from './extension-index.ts'
import { standardSpace } from './standard-space.ts'
import { namesOf } from './types/hierarchy.ts'
import { TypeSpace } from './types/registry.ts'
import { SignatureScanner } from './types/signature-scanner.ts'
import { parseType } from './types/signature-types.ts'
import { NamedType, TypeDefinition } from './types/type.ts'

export type { Compiled, CompileResult, Compiler, Expected, ExpressionDiagnostic, Host, Watched } from './contract.ts'
export type { Watcher } from './emit/watch.ts'

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

/** Makes a compiler for a host. Throws TypeError when the host's own types or globals cannot be read, or when it shares some of its types, but not all that they name, with another host. */
export function createCompiler(host: Host): Compiler {
  const space = new TypeSpace(standardSpace())
  space.add(host.types)
  const conflict = space.conflict()
  if (conflict !== undefined)
    throw new TypeError(`${conflict.fullName} belongs to another compiler, whose host has other types of the same names`)
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
  return {
    compile: (source, expected) => compileExpression(world, source, expected),
    watch: source => watchCondition(world, source),
  }
}

/** Gives the types of globals a place from which their names are looked up. */
const globalsDefinition = new TypeDefinition('static class', 'Globals', [], '', {})
