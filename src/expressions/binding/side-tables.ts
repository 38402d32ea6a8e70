import type { Type } from '../types/type.ts'
import type { Bound, BoundStatement } from './bound.ts'
import type { FunctionFrame, Local, LocalFunctionSymbol, Scope } from './scope.ts'

/** What binding finds out about functions and keeps beside them: scopes know nothing of the tree. */

/** A local function for one list of type arguments. */
export interface FunctionInstance {
  readonly types: readonly Type[]
  readonly parameters: readonly Local[]
  /** Inside the function: its parameters are declared there. */
  readonly scope: Scope
  /** Whether the body is bound or being bound. */
  started: boolean
  body: BoundStatement | undefined
  /** Whether the body yields, and the type of what it yields. */
  iterator: Type | undefined
}

const instances = new WeakMap<LocalFunctionSymbol, FunctionInstance[]>()
const returns = new WeakMap<FunctionFrame, Bound[]>()

/** The instances of a local function that calls have asked for; one more is pushed onto the list. */
export function instancesOf(symbol: LocalFunctionSymbol): FunctionInstance[] {
  const known = instances.get(symbol) ?? []
  instances.set(symbol, known)
  return known
}

/** The expressions that a function returns, for inference; one more is pushed onto the list. */
export function returnsOf(frame: FunctionFrame): Bound[] {
  const known = returns.get(frame) ?? []
  returns.set(frame, known)
  return known
}
