import type { Faults } from '../syntax/faults.ts'
import type { Expression, Span, Statement, TypeSyntax } from '../syntax/nodes.ts'
import type { Method } from '../types/members.ts'
import type { NamedType, Type } from '../types/type.ts'
import type { Bound, BoundStatement, Conversion, LabelTarget } from './bound.ts'
import type { FunctionFrame, LocalFunctionSymbol, Scope } from './scope.ts'
import type { FunctionInstance } from './side-tables.ts'
import type { WellKnown } from './well-known.ts'

/** What the parts of the binder share: the world around the expression, and each other. */
export interface Binding {
  readonly known: WellKnown
  /** Where faults go; a speculative binding has its own. */
  readonly faults: Faults
  readonly globals: ReadonlyMap<string, Type>
  readonly dynamicType: Type
  readonly usings: readonly string[]
  /** `Type.Member` of each host member used. */
  readonly uses: Set<string>
  /** What the source has, told to the emitter. */
  readonly seen: { filter: boolean; finally: boolean }
  isHostType(type: Type): boolean
  /** Extension methods of that name in scope. */
  extensions(name: string): readonly Method[]
  /** Binds an expression to whatever it is: a value, a type, a method group, … */
  expression(syntax: Expression, scope: Scope): Bound
  statement(syntax: Statement, scope: Scope): BoundStatement
  /** A statement that gets a scope of its own, as the body of a loop. */
  embedded(syntax: Statement, scope: Scope): BoundStatement
  /** Declares the functions and labels of a statement list. */
  names(statements: readonly Statement[], scope: Scope): LabelTarget[]
  /** Binds the bodies of the scope's local functions. */
  bodies(scope: Scope): void
  nullNode(span: Span): Bound
  /** The value, with an ArgumentNullException when it is null: what `lock` asks for. */
  notNull(value: Bound): Bound
  /** The natural type of a tuple; the error type when an element has none. */
  tupleOf(items: readonly Bound[], names: readonly (string | undefined)[]): Type
  anonymousType(names: readonly string[], types: readonly Type[]): NamedType
  type(syntax: TypeSyntax, scope: Scope): Type
  /** The expression converted, with a fault when it cannot be. */
  implicit(bound: Bound, to: Type): Bound | undefined
  /** The conversion that `as` may use: reference, boxing, unboxing or nullable. */
  referenceConversion(bound: Bound, to: Type): Conversion | undefined
  /** Whether the scope stands inside `unchecked`. */
  isUnchecked(scope: Scope): boolean
  /** Whether the node can be assigned to; a fault when not. */
  assignable(bound: Bound): boolean
  /** Runs `work` with faults put aside, and hands them over. */
  speculate<T>(work: () => T): { readonly value: T; readonly faults: Faults }
  /** A local function for these type arguments; its body is bound at the end of its block. */
  instance(symbol: LocalFunctionSymbol, types: readonly Type[]): FunctionInstance
  lambda(syntax: Bound & { kind: 'unbound lambda' }, delegate: NamedType): BoundLambda
  /** What a lambda or method returns when its parameters have these types; undefined when that cannot be told. */
  functionResult(
    arg: Bound & { kind: 'unbound lambda' | 'method group' | 'local function' },
    parameters: readonly Type[],
  ): Type | undefined
  /** Why the body of a lambda could not be bound while type arguments were inferred. */
  lambdaFaults(lambda: Bound): Faults | undefined
  lambdaConverts(lambda: Bound & { kind: 'unbound lambda' }, to: Type): boolean
  /** A delegate that calls the method which fits the delegate type. */
  groupReference(group: Bound, to: Type): Bound
  groupConverts(group: Bound & { kind: 'method group' | 'local function' }, to: Type): boolean
  /** Counts work, so that lambdas bound again and again for overloads end in a fault. */
  tick(): void
}

/** A lambda bound against parameter types. */
export interface BoundLambda {
  readonly bound: Bound
  readonly faults: Faults
  /** The type of what it returns; undefined when it returns nothing or the returns have no common type. */
  readonly inferred: Type | undefined
  readonly frame: FunctionFrame
}

/** Reports a fault at a node, and gives the node that stands for the broken expression. */
export function fault(b: Binding, at: { readonly start: number }, code: string, message: string): void {
  b.faults.add(at.start, code, message)
}
