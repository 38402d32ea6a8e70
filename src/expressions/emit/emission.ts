import type { Bound, BoundStatement } from '../binding/bound.ts'
import type { Local, LocalFunctionSymbol } from '../binding/scope.ts'
import type { FunctionInstance } from '../binding/side-tables.ts'
import type { Type } from '../types/type.ts'
import type { Js, JsStatement } from './js-tree.ts'

/** What the parts of the emitter share: names, constants, and each other. */
export interface Emission {
  /** The value of an expression. */
  expr(bound: Bound): Js
  /** An expression whose value nobody wants. */
  effect(bound: Bound): Js
  statement(statement: BoundStatement): readonly JsStatement[]
  /** A value of the compiler's world (a table's function, a type) as a constant of the emitted program. */
  constant(value: unknown): Js
  /** A type as the run time knows it. */
  typeConstant(type: Type): Js
  /** The list of type arguments that a generic member takes, as one constant. */
  typeList(types: readonly Type[]): Js
  erased(type: Type): Type
  /** The declared return type of a local function, closed over an instance's type arguments. */
  closed(symbol: LocalFunctionSymbol, instance: FunctionInstance): Type
  /** The place of a global among the program's parameters. */
  globalIndex(name: string): number
  /** The JavaScript name of a local. */
  name(local: Local): string
  /** Where a local is read and written: its name, or the `value` of its Ref. */
  place(local: Local): Js
  /** Makes a local share another's storage. */
  alias(local: Local, name: string): void
  /** A fresh variable of the current JavaScript function. */
  temp(): Js & { type: 'Identifier' }
  functionName(instance: FunctionInstance): string
  /** Emits the body of a function with temporaries of its own. `around` gets the statements; their temporaries are declared. */
  body(make: () => readonly JsStatement[]): readonly JsStatement[]
  label(): string
  /** Whether code emitted now may run often: then strings that it makes are counted. */
  readonly repeats: boolean
  repeating<T>(work: () => T): T
  /** The running `try` statements (handlers.ts), in a program that has both filters and `finally` blocks. */
  readonly handlers: Js | undefined
  /** Runs a dynamic operation: see dynamic.ts. */
  dynamic(bound: Bound & { kind: 'dynamic' }): Js
}
