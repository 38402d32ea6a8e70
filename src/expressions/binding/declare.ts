import type { Binding } from './context.ts'
import { fault } from './context.ts'
import type { Local, LocalFunctionSymbol, Scope, ScopeEntry } from './scope.ts'

/** Puts a local into scope; its storage belongs to the block around. Refuses a name that is taken (C# 7 §7.7). */
export function declare(b: Binding, scope: Scope, local: Local): void {
  putName(b, scope, local.name, local.offset, { kind: 'local', local })
  if (local.kind !== 'constant') scope.holder.locals.push(local)
}

export function declareFunction(b: Binding, scope: Scope, symbol: LocalFunctionSymbol): void {
  putName(b, scope, symbol.name, symbol.syntax.name.start, { kind: 'function', symbol })
  scope.functions.push(symbol)
}

/** Parameters are declared with their function, not stored by a block. */
export function declareParameter(b: Binding, scope: Scope, local: Local): void {
  if (scope.has(local.name)) fault(b, { start: local.offset }, 'CS0100', `The parameter name '${local.name}' is a duplicate`)
  else putName(b, scope, local.name, local.offset, { kind: 'local', local })
}

function putName(b: Binding, scope: Scope, name: string, start: number, entry: ScopeEntry): void {
  if (name === '') return
  if (scope.has(name))
    fault(b, { start }, 'CS0128', `A local variable or function named '${name}' is already defined in this scope`)
  else if (takenAround(scope, name) || b.globals.has(name)) {
    fault(
      b,
      { start },
      'CS0136',
      `A local or parameter named '${name}' cannot be declared in this scope because that name is used in an enclosing local scope to define a local or parameter`,
    )
  }
  scope.put(name, entry)
}

function takenAround(scope: Scope, name: string): boolean {
  const entry = scope.parent?.find(name)
  return entry !== undefined && entry.kind !== 'type parameter'
}
