import type { Bound, BoundStatement } from '../binding/bound.ts'
import { erase } from '../binding/same-type.ts'
import type { Local, LocalFunctionSymbol } from '../binding/scope.ts'
import type { FunctionInstance } from '../binding/side-tables.ts'
import { substitute } from '../types/facts.ts'
import type { Type } from '../types/type.ts'
import type { Emission } from './emission.ts'
import { emitExpression } from './expressions.ts'
import { Handlers } from './handlers.ts'
import { call, declare, id, type Js, type JsStatement, member, sequence } from './js-tree.ts'
import { print } from './printer.ts'
import { emitStatement } from './statements.ts'
import type { Watch } from './watch.ts'

/** A compiled body: takes the globals in the order that they were first used. */
export interface Program {
  readonly run: (...globals: unknown[]) => unknown
  readonly globals: readonly string[]
  /** The JavaScript, for tests and for looking at. */
  readonly source: string
}

export type RunDynamic = (bound: Bound & { kind: 'dynamic' }, e: Emission) => Js

/**
 * Emits a bound body as one JavaScript function and makes it; with `watch`, one that tells of values as it runs. Nothing but the listed constants is in its scope besides
 * JavaScript's own globals, of which the emitter names Math, Number, BigInt and String; an author's names never appear.
 */
export function emitProgram(
  body: BoundStatement,
  parameters: readonly Local[],
  dynamic: RunDynamic,
  searches = false,
  watch?: Watch,
): Program {
  const emitter = new Emitter(dynamic, searches, watch)
  const names = parameters.map(parameter => emitter.name(parameter))
  const statements = emitter.body(() => emitter.statement(body))
  const globals = emitter.globals.map((_, i) => `g_${i}`)
  const inner: JsStatement = {
    type: 'ReturnStatement',
    argument: { type: 'ArrowFunctionExpression', params: [...globals, ...names], body: statements },
  }
  const source = `"use strict";\n${print([...emitter.constants(), inner])}`
  // the text holds nothing of the author's but escaped literals; the printer has written all of it
  const make = new Function('k', source) as (constants: readonly unknown[]) => Program['run']
  return { run: make(emitter.values), globals: emitter.globals, source }
}

class Emitter implements Emission {
  readonly values: unknown[] = []
  readonly globals: string[] = []
  readonly #known = new Map<unknown, number>()
  readonly #names = new Map<Local, string>()
  readonly #functions = new Map<FunctionInstance, string>()
  readonly #dynamic: RunDynamic
  readonly #watch: Watch | undefined
  #temps: string[] = []
  #declared = new Set<Local>()
  #count = 0
  #repeats = 0

  readonly #handlers: Handlers | undefined

  /** `searches`: whether filters and `finally` blocks ask for a first pass (handlers.ts). */
  constructor(dynamic: RunDynamic, searches: boolean, watch: Watch | undefined) {
    this.#dynamic = dynamic
    this.#watch = watch
    this.#handlers = searches ? new Handlers() : undefined
  }

  get handlers(): Js | undefined {
    return this.#handlers === undefined ? undefined : this.constant(this.#handlers)
  }

  /** `const k_0 = k[0]`, and so on. */
  constants(): readonly JsStatement[] {
    if (this.values.length === 0) return []
    const declarations = this.values.map((_, i) => ({
      name: `k_${i}`,
      init: { type: 'IndexExpression', object: id('k'), index: { type: 'Literal', value: i } } as Js,
    }))
    return [{ type: 'VariableDeclaration', kind: 'const', declarations }]
  }

  expr(bound: Bound): Js {
    const tellers = this.#watch?.tellersOf(bound, erase(bound.type))
    const value = emitExpression(this, bound, false)
    if (tellers === undefined) return value
    return sequence([call(this.constant(tellers.begins)), call(this.constant(tellers.gives), value)])
  }

  effect(bound: Bound): Js {
    return emitExpression(this, bound, true)
  }

  statement(statement: BoundStatement): readonly JsStatement[] {
    return emitStatement(this, statement)
  }

  constant(value: unknown): Js {
    const known = this.#known.get(value)
    if (known !== undefined) return id(`k_${known}`)
    if (value === undefined) throw new TypeError('a member without an implementation was called')
    const index = this.values.push(value) - 1
    this.#known.set(value, index)
    return id(`k_${index}`)
  }

  erased(type: Type): Type {
    return erase(type)
  }

  typeConstant(type: Type): Js {
    return this.constant(erase(type))
  }

  typeList(types: readonly Type[]): Js {
    return this.constant(types.map(erase))
  }

  closed(symbol: LocalFunctionSymbol, instance: FunctionInstance): Type {
    return substitute(symbol.returns, new Map(symbol.typeParameters.map((each, i) => [each as Type, instance.types[i] ?? each])))
  }

  globalIndex(name: string): number {
    const known = this.globals.indexOf(name)
    return known >= 0 ? known : this.globals.push(name) - 1
  }

  name(local: Local): string {
    const known = this.#names.get(local)
    if (known !== undefined) return known
    const name = `v_${this.#count++}`
    this.#names.set(local, name)
    return name
  }

  alias(local: Local, name: string): void {
    this.#names.set(local, name)
    this.#declared.add(local)
  }

  place(local: Local): Js {
    const name = id(this.name(local))
    if (local.kind === 'temporary' && !this.#declared.has(local)) this.#declareTemporary(local)
    return local.mode === 'value' ? name : member(name, 'value')
  }

  /** A temporary belongs to the JavaScript function in which it is first used. */
  #declareTemporary(local: Local): void {
    this.#declared.add(local)
    this.#temps.push(this.name(local))
  }

  temp(): Js & { type: 'Identifier' } {
    const name = `t_${this.#count++}`
    this.#temps.push(name)
    return { type: 'Identifier', name }
  }

  functionName(instance: FunctionInstance): string {
    const known = this.#functions.get(instance) ?? `f_${this.#count++}`
    this.#functions.set(instance, known)
    return known
  }

  body(make: () => readonly JsStatement[]): readonly JsStatement[] {
    const outer = this.#temps
    this.#temps = []
    const statements = make()
    const own = this.#temps
    this.#temps = outer
    return [...declare(own), ...statements]
  }

  label(): string {
    return `l_${this.#count++}`
  }

  get repeats(): boolean {
    return this.#repeats > 0
  }

  repeating<T>(work: () => T): T {
    this.#repeats++
    try {
      return work()
    } finally {
      this.#repeats--
    }
  }

  dynamic(bound: Bound & { kind: 'dynamic' }): Js {
    return this.#dynamic(bound, this)
  }
}
