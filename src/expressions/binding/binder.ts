import { Faults } from '../syntax/faults.ts'
import type { Expression, Span, Statement, TypeSyntax } from '../syntax/nodes.ts'
import { AnonymousDefinition } from '../types/anonymous.ts'
import { isDynamic, isValueType, nullableOf } from '../types/facts.ts'
import type { Method } from '../types/members.ts'
import { dynamicType, errorType, nullType, voidType } from '../types/registry.ts'
import { NamedType, type Type } from '../types/type.ts'
import { bindImplicitArray, bindNewArray } from './arrays.ts'
import { bindAssignment, bindIncrement, checkAssignable } from './assignments.ts'
import type { ArithmeticOperator, Bound, BoundStatement, Conversion, LabelTarget } from './bound.ts'
import { bindCall, bindIndex } from './calls.ts'
import { bindAs, bindCoalesce, bindConditional, bindConditionalAccess, bindLogical } from './choices.ts'
import type { Binding, BoundLambda } from './context.ts'
import { fault } from './context.ts'
import { cast, convert, requireValue } from './convert.ts'
import { bindAnonymous, bindNew, bindTuple } from './creations.ts'
import { groupConverts, groupReference, groupResult } from './delegates.ts'
import { functionInstance } from './functions.ts'
import { bindLambda, inferReturn, lambdaConverts } from './lambdas.ts'
import { bindInterpolated, bindLiteral, negativeLiteral } from './literals.ts'
import { bindMember, bindName } from './names.ts'
import { at, constantNode, errorNode, hasValue, isError } from './nodes.ts'
import { binaryOperation, unaryOperation } from './operators.ts'
import { bindIs } from './patterns.ts'
import { desugarQuery } from './queries.ts'
import { type LocalFunctionSymbol, Scope } from './scope.ts'
import type { FunctionInstance } from './side-tables.ts'
import { standardExplicit, standardImplicit } from './standard-conversions.ts'
import { bindBodies, bindEmbedded, bindStatement, bindThrown, declareNames } from './statements.ts'
import { NamedTupleType } from './tuple-types.ts'
import { bindType, tupleType } from './type-names.ts'
import type { WellKnown } from './well-known.ts'

/** Steps of binding that one expression may take; lambdas nested in overloaded calls are bound again and again. */
const mostSteps = 400_000

/** Thrown when binding takes too long; caught by the compiler. */
export class TooComplex extends Error {}

/** What the embedder's world holds. */
export interface World {
  readonly known: WellKnown
  readonly globals: ReadonlyMap<string, Type>
  readonly usings: readonly string[]
  readonly extensions: (name: string) => readonly Method[]
  readonly isHostType: (type: Type) => boolean
  /** Steps that one evaluation may take. */
  readonly steps: number
}

/** Binds one expression: names, types, conversions. The parts of the work live in the files beside this one. */
export class Binder implements Binding {
  readonly known: WellKnown
  readonly globals: ReadonlyMap<string, Type>
  readonly usings: readonly string[]
  readonly uses = new Set<string>()
  readonly seen = { filter: false, finally: false }
  readonly dynamicType = dynamicType
  readonly #world: World
  readonly #anonymous: AnonymousDefinition[] = []
  readonly #lambdas = new WeakMap<Bound, Map<Type, BoundLambda>>()
  readonly #results = new WeakMap<Bound, { readonly parameters: readonly Type[]; readonly result: Type | undefined }[]>()
  readonly #lambdaFaults = new WeakMap<Bound, Faults>()
  readonly #receivers: Bound[] = []
  #faults: Faults
  #steps = 0

  constructor(world: World, faults: Faults) {
    this.#world = world
    this.known = world.known
    this.globals = world.globals
    this.usings = world.usings
    this.#faults = faults
  }

  get faults(): Faults {
    return this.#faults
  }

  isHostType(type: Type): boolean {
    return this.#world.isHostType(type)
  }

  extensions(name: string): readonly Method[] {
    return this.#world.extensions(name)
  }

  tick(): void {
    if (++this.#steps > mostSteps) throw new TooComplex()
  }

  speculate<T>(work: () => T): { readonly value: T; readonly faults: Faults } {
    const outer = this.#faults
    const faults = new Faults()
    this.#faults = faults
    try {
      return { value: work(), faults }
    } finally {
      this.#faults = outer
    }
  }

  type(syntax: TypeSyntax, scope: Scope): Type {
    return bindType(this, syntax, scope)
  }

  statement(syntax: Statement, scope: Scope): BoundStatement {
    return bindStatement(this, syntax, scope)
  }

  embedded(syntax: Statement, scope: Scope): BoundStatement {
    return bindEmbedded(this, syntax, scope)
  }

  names(statements: readonly Statement[], scope: Scope): LabelTarget[] {
    return declareNames(this, statements, scope)
  }

  bodies(scope: Scope): void {
    bindBodies(this, scope)
  }

  implicit(bound: Bound, to: Type): Bound | undefined {
    return convert(this, requireValue(this, bound), to)
  }

  assignable(bound: Bound): boolean {
    return checkAssignable(this, bound)
  }

  isUnchecked(scope: Scope): boolean {
    return scope.unchecked
  }

  nullNode(span: Span): Bound {
    return constantNode(span, nullType, null)
  }

  notNull(value: Bound): Bound {
    return { kind: 'not null', ...at(value), type: value.type, operand: value }
  }

  referenceConversion(bound: Bound, to: Type): Conversion | undefined {
    if (isDynamic(bound.type)) return { kind: 'unboxing' }
    const conversion = standardImplicit(bound.type, to) ?? standardExplicit(bound.type, to)
    if (conversion === undefined || conversion.kind === 'numeric' || conversion.kind === 'enum') return undefined
    if (conversion.kind === 'nullable') return conversion.inner.kind === 'identity' ? conversion : undefined
    if (isValueType(bound.type) && isValueType(to) && nullableOf(to) !== bound.type && bound.type !== to) return undefined
    return conversion
  }

  tupleOf(items: readonly Bound[], names: readonly (string | undefined)[]): Type {
    const types = items.map(item => (hasValue(item) ? item.type : errorType))
    if (types.some(type => type === errorType || type === nullType || type === voidType)) return tupleWithoutType
    const plain = tupleType(this, types)
    return plain === undefined ? errorType : NamedTupleType.of(plain, names)
  }

  anonymousType(names: readonly string[], types: readonly Type[]): NamedType {
    const known = this.#anonymous.find(
      each => each.names.length === names.length && each.names.every((name, i) => name === names[i]),
    )
    const definition = known ?? new AnonymousDefinition(names)
    if (known === undefined) {
      this.#anonymous.push(definition)
      this.#world.known.space.adopt(definition)
    }
    return definition.of(...types)
  }

  instance(symbol: LocalFunctionSymbol, types: readonly Type[]): FunctionInstance {
    return functionInstance(this, symbol, types)
  }

  lambda(lambda: Bound & { kind: 'unbound lambda' }, to: NamedType): BoundLambda {
    const known = this.#lambdas.get(lambda) ?? new Map<Type, BoundLambda>()
    this.#lambdas.set(lambda, known)
    const found = known.get(to) ?? bindLambda(this, lambda, to)
    known.set(to, found)
    return found
  }

  lambdaFaults(lambda: Bound): Faults | undefined {
    return this.#lambdaFaults.get(lambda)
  }

  lambdaConverts(lambda: Bound & { kind: 'unbound lambda' }, to: Type): boolean {
    return lambdaConverts(this, lambda, to)
  }

  functionResult(
    arg: Bound & { kind: 'unbound lambda' | 'method group' | 'local function' },
    parameters: readonly Type[],
  ): Type | undefined {
    if (arg.kind !== 'unbound lambda') return groupResult(this, arg, parameters)
    const known = this.#results.get(arg) ?? []
    const found = known.find(
      each => each.parameters.length === parameters.length && each.parameters.every((type, i) => type === parameters[i]),
    )
    if (found !== undefined) return found.result
    const { result, faults } = inferReturn(this, arg, parameters)
    if (faults.hasErrors) this.#lambdaFaults.set(arg, faults)
    this.#results.set(arg, [...known, { parameters, result }])
    return result
  }

  groupConverts(group: Bound & { kind: 'method group' | 'local function' }, to: Type): boolean {
    return groupConverts(this, group, to)
  }

  groupReference(group: Bound, to: Type): Bound {
    return groupReference(this, group, to)
  }

  expression(syntax: Expression, scope: Scope): Bound {
    this.tick()
    switch (syntax.kind) {
      case 'literal':
        return bindLiteral(this, syntax)
      case 'interpolated':
        return bindInterpolated(this, syntax, scope)
      case 'name':
        return bindName(this, syntax, scope)
      case 'type name':
        return { kind: 'type', ...at(syntax), type: this.type(syntax.type, scope) }
      case 'member':
        return bindMember(this, syntax, scope)
      case 'call':
        return bindCall(this, syntax, scope)
      case 'index':
        return bindIndex(this, syntax, scope)
      case 'conditional access':
        return bindConditionalAccess(this, syntax, scope, receiver => this.#access(syntax.access, receiver, scope))
      case 'receiver':
        return this.#receivers.at(-1) ?? errorNode(syntax)
      case 'parenthesized':
        return this.expression(syntax.expression, scope)
      case 'error':
        return errorNode(syntax)
      case 'query':
        return this.expression(desugarQuery(syntax), scope)
      default:
        return this.#operation(syntax, scope)
    }
  }

  /** What follows `?.`, with the receiver at hand. */
  #access(syntax: Expression, receiver: Bound, scope: Scope): Bound {
    this.#receivers.push(receiver)
    try {
      return this.expression(syntax, scope)
    } finally {
      this.#receivers.pop()
    }
  }

  #operation(syntax: Expression, scope: Scope): Bound {
    switch (syntax.kind) {
      case 'unary':
        return this.#unary(syntax, scope)
      case 'postfix':
        return bindIncrement(this, syntax, syntax.operator, scope)
      case 'binary':
        return this.#binary(syntax, scope)
      case 'assign':
        return bindAssignment(this, syntax, scope)
      case 'conditional':
        return bindConditional(this, syntax, scope)
      case 'cast':
        return this.#cast(syntax, scope)
      case 'is':
        return bindIs(this, syntax, scope)
      case 'as':
        return bindAs(this, syntax, scope)
      case 'lambda':
        return { kind: 'unbound lambda', ...at(syntax), type: voidType, syntax, scope }
      case 'checked':
        return this.expression(syntax.operand, new Scope(scope, scope.frame, { checked: syntax.checked, holder: scope.holder }))
      case 'throw':
        return { kind: 'throw expression', ...at(syntax), type: voidType, value: bindThrown(this, syntax.value, scope) }
      default:
        return this.#creation(syntax, scope)
    }
  }

  #creation(syntax: Expression, scope: Scope): Bound {
    switch (syntax.kind) {
      case 'new':
        return bindNew(this, syntax, scope)
      case 'new array':
        return bindNewArray(this, syntax, scope)
      case 'implicit array':
        return bindImplicitArray(this, syntax, scope)
      case 'anonymous object':
        return bindAnonymous(this, syntax, scope)
      case 'tuple':
        return bindTuple(this, syntax, scope)
      case 'typeof':
        return this.#typeof(syntax, scope)
      case 'default':
        if (syntax.type === undefined) return { kind: 'default literal', ...at(syntax), type: voidType }
        return { kind: 'default', ...at(syntax), type: this.type(syntax.type, scope) }
      case 'sizeof':
        return this.#sizeof(syntax, scope)
      default:
        fault(this, syntax, 'CS1525', 'Invalid expression term')
        return errorNode(syntax)
    }
  }

  #unary(syntax: Expression & { kind: 'unary' }, scope: Scope): Bound {
    const { operator } = syntax
    if (operator === '++' || operator === '--') return bindIncrement(this, syntax, operator, scope)
    const literal = negativeLiteral(this, syntax)
    if (literal !== undefined) return literal
    const operand = this.expression(syntax.operand, scope)
    return unaryOperation(this, operator, operand, {
      span: at(syntax),
      scope,
      checked: scope.checked,
      unchecked: scope.unchecked,
    })
  }

  /** Chains of one operator nest to the left as deep as they are long: the left spine is walked, not recursed into. */
  #binary(syntax: Expression & { kind: 'binary' }, scope: Scope): Bound {
    const spine: (Expression & { kind: 'binary' })[] = []
    let left: Expression = syntax
    while (left.kind === 'binary' && !isChoice(left.operator)) {
      spine.push(left)
      left = left.left
    }
    if (spine.length === 0) return syntax.operator === '??' ? bindCoalesce(this, syntax, scope) : bindLogical(this, syntax, scope)
    let bound = this.expression(left, scope)
    for (const each of spine.reverse()) {
      const right = this.expression(each.right, scope)
      const operator = each.operator as ArithmeticOperator & typeof each.operator // the choices are filtered out above
      bound = binaryOperation(this, operator, bound, right, {
        span: at(each),
        scope,
        checked: scope.checked,
        unchecked: scope.unchecked,
      })
    }
    return bound
  }

  #cast(syntax: Expression & { kind: 'cast' }, scope: Scope): Bound {
    const type = this.type(syntax.type, scope)
    const operand = requireValue(this, this.expression(syntax.operand, scope))
    if (type === errorType || isError(operand)) return { ...errorNode(syntax), type: errorType }
    return cast(this, operand, type, at(syntax), scope.checked, scope.unchecked)
  }

  #typeof(syntax: Expression & { kind: 'typeof' }, scope: Scope): Bound {
    const of = this.type(syntax.type, scope)
    const type = this.known.space.find('System.Type')?.of()
    if (of === errorType || type === undefined) return errorNode(syntax)
    return { kind: 'typeof', ...at(syntax), type, of }
  }

  #sizeof(syntax: Expression & { kind: 'sizeof' }, scope: Scope): Bound {
    const type = this.type(syntax.type, scope)
    const size = type instanceof NamedType ? sizes.get(type.definition.fullName) : undefined
    if (size !== undefined) return constantNode(syntax, this.known.int, size)
    if (type !== errorType)
      fault(
        this,
        syntax,
        'CS0233',
        `'${type.fullName}' does not have a predefined size, therefore sizeof can only be used in an unsafe context`,
      )
    return errorNode(syntax)
  }
}

const isChoice = (operator: string) => operator === '&&' || operator === '||' || operator === '??'

/** The type of a tuple literal with an element that has none: it waits for a target. */
const tupleWithoutType = nullType

const sizes: ReadonlyMap<string, number> = new Map([
  ['System.SByte', 1],
  ['System.Byte', 1],
  ['System.Boolean', 1],
  ['System.Int16', 2],
  ['System.UInt16', 2],
  ['System.Char', 2],
  ['System.Int32', 4],
  ['System.UInt32', 4],
  ['System.Single', 4],
  ['System.Int64', 8],
  ['System.UInt64', 8],
  ['System.Double', 8],
  ['System.Decimal', 16],
])
