import { isDelegate, isValueType, nullableOf, substitute, typeArguments } from '../types/facts.ts'
import { asDefinition, varianceOf } from '../types/hierarchy.ts'
import type { Method } from '../types/members.ts'
import { errorType, nullType, voidType } from '../types/registry.ts'
import { invokeOf } from '../types/signature.ts'
import { ArrayType, NamedType, type Type, TypeParameter } from '../types/type.ts'
import type { Bound } from './bound.ts'
import type { Binding } from './context.ts'
import { hasValue } from './nodes.ts'
import { sameType } from './same-type.ts'
import { standardImplicit } from './standard-conversions.ts'
import { isTupleType } from './tuple-types.ts'

/** An argument, and the open type of the parameter that it goes to. */
export interface InferenceInput {
  readonly arg: Bound
  readonly type: Type
  readonly exact: boolean
}

/** Infers a generic method's type arguments (C# 7 §12.6.3); undefined when they cannot be told. */
export function inferTypeArguments(
  b: Binding,
  typeParameters: Method['typeParameters'],
  inputs: readonly InferenceInput[],
): readonly Type[] | undefined {
  return new Inference(b, typeParameters, inputs).run()
}

interface Bounds {
  readonly exact: Type[]
  readonly lower: Type[]
  readonly upper: Type[]
}

class Inference {
  readonly #b: Binding
  readonly #variables: readonly TypeParameter[]
  readonly #inputs: readonly InferenceInput[]
  readonly #bounds = new Map<Type, Bounds>()
  readonly #fixed = new Map<Type, Type>()
  readonly #done = new Set<InferenceInput>()

  constructor(b: Binding, variables: readonly TypeParameter[], inputs: readonly InferenceInput[]) {
    this.#b = b
    this.#variables = variables
    this.#inputs = inputs
    for (const each of variables) this.#bounds.set(each, { exact: [], lower: [], upper: [] })
  }

  run(): readonly Type[] | undefined {
    for (const input of this.#inputs) this.#firstPhase(input.arg, input.type, input.exact)
    for (let round = 0; round <= this.#variables.length + this.#inputs.length; round++) {
      for (const input of this.#inputs) this.#output(input)
      if (!this.#fixSome()) return undefined
      if (this.#fixed.size === this.#variables.length) return this.#variables.map(each => this.#fixed.get(each) ?? errorType)
    }
    return undefined
  }

  #firstPhase(arg: Bound, type: Type, exact: boolean): void {
    if (arg.kind === 'unbound lambda') this.#explicitParameters(arg, type)
    else if (arg.kind === 'tuple' && isTupleType(type) && type.args.length === arg.items.length) {
      arg.items.forEach((item, i) => {
        this.#firstPhase(item, type.args[i] ?? errorType, false)
      })
    } else if (hasValue(arg) && arg.type !== nullType && arg.type !== errorType && arg.type !== voidType) {
      if (exact) this.#exact(arg.type, type)
      else this.#lower(arg.type, type)
    }
  }

  #explicitParameters(lambda: Bound & { kind: 'unbound lambda' }, type: Type): void {
    const shape = this.#shape(type)
    if (shape === undefined) return
    lambda.syntax.parameters.forEach((parameter, i) => {
      const target = shape.parameters[i]
      if (parameter.type !== undefined && target !== undefined) this.#exact(this.#b.type(parameter.type, lambda.scope), target)
    })
  }

  /** The parameter types and result of a delegate type, still open. */
  #shape(type: Type): { readonly parameters: readonly Type[]; readonly returns: Type } | undefined {
    if (!isDelegate(type) || !(type instanceof NamedType)) return undefined
    const invoke = invokeOf(type)
    if (invoke === undefined) return undefined
    const map = typeArguments(type)
    return { parameters: invoke.parameters.map(each => substitute(each.type, map)), returns: substitute(invoke.returns, map) }
  }

  #unfixedIn(type: Type): TypeParameter[] {
    return this.#variables.filter(each => !this.#fixed.has(each) && mentions(type, each))
  }

  /** Fixes the variables that depend on no other; when there is none, those that others depend on. False when stuck. */
  #fixSome(): boolean {
    const unfixed = this.#variables.filter(each => !this.#fixed.has(each))
    const free = unfixed.filter(each => !unfixed.some(other => this.#depends(each, other)))
    const chosen =
      free.length > 0 ? free : unfixed.filter(each => unfixed.some(other => this.#depends(other, each)) && this.#hasBounds(each))
    if (chosen.length === 0) return unfixed.length === 0
    return chosen.every(each => this.#fix(each))
  }

  #hasBounds(variable: TypeParameter): boolean {
    const bounds = this.#bounds.get(variable)
    return bounds !== undefined && bounds.exact.length + bounds.lower.length + bounds.upper.length > 0
  }

  /** Whether `variable` is in the result of a delegate argument that takes `other`. */
  #depends(variable: TypeParameter, other: TypeParameter): boolean {
    return this.#inputs.some(input => {
      if (this.#done.has(input) || !isFunctionArgument(input.arg)) return false
      const shape = this.#shape(input.type)
      if (shape === undefined || !mentions(shape.returns, variable)) return false
      return this.#inputTypes(input, shape.parameters).some(type => mentions(type, other))
    })
  }

  /** A lambda with explicit parameter types waits for nothing. */
  #inputTypes({ arg }: InferenceInput, parameters: readonly Type[]): readonly Type[] {
    if (arg.kind === 'unbound lambda' && arg.syntax.parameters.every(each => each.type !== undefined)) return []
    return parameters
  }

  /** §12.6.3.7, once the types that go into the function are known. */
  #output(input: InferenceInput): void {
    const { arg, type } = input
    if (this.#done.has(input) || !isFunctionArgument(arg)) return
    const shape = this.#shape(type)
    if (shape === undefined || this.#unfixedIn(shape.returns).length === 0) return
    if (this.#inputTypes(input, shape.parameters).some(each => this.#unfixedIn(each).length > 0)) return
    this.#done.add(input)
    const parameters = shape.parameters.map(each => substitute(each, this.#fixed))
    const result = this.#b.functionResult(arg, parameters)
    if (result !== undefined && result !== voidType && result !== nullType && result !== errorType)
      this.#lower(result, shape.returns)
  }

  #boundsOf(type: Type): Bounds | undefined {
    return this.#fixed.has(type) ? undefined : this.#bounds.get(type)
  }

  #exact(from: Type, to: Type): void {
    const bounds = this.#boundsOf(to)
    if (bounds !== undefined) bounds.exact.push(from)
    else if (from instanceof ArrayType && to instanceof ArrayType && from.rank === to.rank) this.#exact(from.element, to.element)
    else if (from instanceof NamedType && to instanceof NamedType && from.definition === to.definition) {
      from.args.forEach((arg, i) => {
        this.#exact(arg, to.args[i] ?? arg)
      })
    }
  }

  #lower(from: Type, to: Type): void {
    const bounds = this.#boundsOf(to)
    if (bounds !== undefined) {
      bounds.lower.push(from)
      return
    }
    const nullableFrom = nullableOf(from)
    const nullableTo = nullableOf(to)
    if (nullableTo !== undefined) {
      if (nullableFrom !== undefined) this.#lower(nullableFrom, nullableTo)
    } else if (to instanceof ArrayType) {
      if (from instanceof ArrayType && from.rank === to.rank) this.#element(from.element, to.element)
    } else if (to instanceof NamedType && to.args.length > 0) this.#lowerConstructed(from, to)
  }

  #element(from: Type, to: Type): void {
    if (isValueType(from)) this.#exact(from, to)
    else this.#lower(from, to)
  }

  #lowerConstructed(from: Type, to: NamedType): void {
    const same = asDefinition(from, to.definition)
    if (same === undefined) return
    const { definition } = to
    const isTuple = isTupleType(to)
    same.args.forEach((arg, i) => {
      const target = to.args[i] ?? arg
      const variance = varianceOf(definition, i)
      if (isTuple) this.#lower(arg, target)
      else if (variance === 'out') this.#element(arg, target)
      else if (variance === 'in' && !isValueType(arg)) this.#upper(arg, target)
      else this.#exact(arg, target)
    })
  }

  #upper(from: Type, to: Type): void {
    const bounds = this.#boundsOf(to)
    if (bounds !== undefined) bounds.upper.push(from)
    else if (from instanceof ArrayType && to instanceof ArrayType && from.rank === to.rank) {
      if (isValueType(from.element)) this.#exact(from.element, to.element)
      else this.#upper(from.element, to.element)
    } else this.#exact(from, to)
  }

  /** §12.6.3.12: the one candidate that every bound admits and all other candidates convert to. */
  #fix(variable: TypeParameter): boolean {
    const bounds = this.#bounds.get(variable)
    if (bounds === undefined) return false
    const all = distinct([...bounds.exact, ...bounds.lower, ...bounds.upper])
    const fitting = all.filter(
      candidate =>
        bounds.exact.every(each => sameType(each, candidate)) &&
        bounds.lower.every(each => standardImplicit(each, candidate) !== undefined) &&
        bounds.upper.every(each => standardImplicit(candidate, each) !== undefined),
    )
    const best = fitting.find(candidate => fitting.every(other => standardImplicit(other, candidate) !== undefined))
    if (best === undefined) return false
    this.#fixed.set(variable, best)
    return true
  }
}

const isFunctionArgument = (arg: Bound): arg is Bound & { kind: 'unbound lambda' | 'method group' | 'local function' } =>
  arg.kind === 'unbound lambda' || arg.kind === 'method group' || arg.kind === 'local function'

export function mentions(type: Type, variable: Type): boolean {
  if (type === variable) return true
  if (type instanceof ArrayType) return mentions(type.element, variable)
  return type instanceof NamedType && type.args.some(arg => mentions(arg, variable))
}

function distinct(types: readonly Type[]): Type[] {
  const list: Type[] = []
  for (const type of types) if (!list.some(each => sameType(each, type))) list.push(type)
  return list
}

/** The best common type of several expressions (§12.6.3.15), as an implicitly typed array finds it. */
export function bestCommonType(b: Binding, values: readonly Bound[]): Type | undefined {
  const variable = new TypeParameter('T', 0)
  const inputs = values.map(arg => ({ arg, type: variable as Type, exact: false }))
  return inferTypeArguments(b, [variable], inputs)?.[0]
}
