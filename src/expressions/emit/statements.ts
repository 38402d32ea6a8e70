import type { BoundCatch, BoundStatement, JumpTarget } from '../binding/bound.ts'
import type { Local, LocalFunctionSymbol } from '../binding/scope.ts'
import type { FunctionInstance } from '../binding/side-tables.ts'
import { instancesOf } from '../binding/side-tables.ts'
import { iterate } from '../types/arrays.ts'
import { left, spendOne } from '../types/budget.ts'
import { isInstance } from '../types/casting.ts'
import { NetException } from '../types/exceptions.ts'
import { isBool, isNamed, isString, isValueType, nullableOf, numericKind } from '../types/facts.ts'
import { notNull, pairsMethod } from './conversions.ts'
import { emitDefault } from './defaults.ts'
import type { Emission } from './emission.ts'
import { holds } from './handlers.ts'
import {
  assign,
  binary,
  block,
  call,
  choose,
  declare,
  id,
  type Js,
  type JsStatement,
  literal,
  member,
  not,
  run,
} from './js-tree.ts'
import { emitPattern } from './patterns.ts'
import { emitReceiver } from './places.ts'
import { caught, generate, iterateBoxed, raise } from './value-helpers.ts'

/** Labels of the loops, switches and blocks with goto that are being emitted. */
const jumpLabels = new WeakMap<object, string>()
/** The variable of a switch that `goto case` enters again, and of a block with labels. */
const entries = new WeakMap<object, { readonly name: string; readonly index: number }>()

/** The exception of each catch clause around, innermost last: what `throw;` throws again. */
const rethrown: string[] = []

export function emitStatement(e: Emission, node: BoundStatement): readonly JsStatement[] {
  switch (node.kind) {
    case 'block':
      return [block(emitBlock(e, node))]
    case 'expression':
      return [run(e.effect(node.expression))]
    case 'declare':
      if (node.value === undefined) return []
      return [run(assign(node.local.mode === 'ref' ? id(e.name(node.local)) : e.place(node.local), e.expr(node.value)))]
    case 'if':
      return [emitIf(e, node)]
    case 'loop':
      return [e.repeating(() => emitLoop(e, node))]
    case 'foreach':
      return [emitForeach(e, node)]
    case 'switch':
      return emitSwitch(e, node)
    case 'return':
      return [{ type: 'ReturnStatement', argument: node.value === undefined ? undefined : e.expr(node.value) }]
    case 'yield':
      return node.value === undefined
        ? [{ type: 'ReturnStatement', argument: undefined }]
        : [{ type: 'YieldStatement', argument: e.expr(node.value) }]
    case 'break':
      return [{ type: 'BreakStatement', label: labelOf(e, node.target) }]
    case 'continue':
      return [{ type: 'ContinueStatement', label: labelOf(e, node.target) }]
    case 'goto':
      return emitJump(e, node.target)
    case 'goto case':
      return emitGotoCase(e, node)
    case 'throw':
      return [run(call(e.constant(raise), node.value === undefined ? id(rethrown.at(-1) ?? 'undefined') : e.expr(node.value)))]
    case 'try':
      return [emitTry(e, node)]
    case 'label':
    case 'empty':
      return []
  }
}

function labelOf(e: Emission, target: object): string {
  const known = jumpLabels.get(target) ?? e.label()
  jumpLabels.set(target, known)
  return known
}

const labeled = (target: object, body: JsStatement): JsStatement => {
  const label = jumpLabels.get(target)
  return label === undefined ? body : { type: 'LabeledStatement', label, body }
}

/** The block's variables first, fresh on each entry; then its functions, which see them; then its statements. */
export function emitBlock(e: Emission, node: BoundStatement & { kind: 'block' }): readonly JsStatement[] {
  const statements = flatten(node.statements)
  const body = node.labels.some(label => label.used) ? emitLabels(e, statements) : statements.flatMap(each => e.statement(each))
  return [...declareLocals(e, node.locals), ...node.functions.flatMap(each => emitFunction(e, each)), ...body]
}

/** What a function captures starts as its type's default: a call that comes too early must not see JavaScript's undefined. */
function declareLocals(e: Emission, locals: readonly Local[]): readonly JsStatement[] {
  if (locals.length === 0) return []
  const declarations = locals.map(local => ({
    name: e.name(local),
    init: local.captured ? emitDefault(e, local.type) : undefined,
  }))
  return [{ type: 'VariableDeclaration', kind: 'let', declarations }]
}

/** A labelled statement is its label and itself, in the list where it stands. */
function flatten(statements: readonly BoundStatement[]): readonly BoundStatement[] {
  return statements.flatMap(each => {
    const transparent =
      each.kind === 'block' && each.locals.length === 0 && each.functions.length === 0 && each.labels.length === 0
    return transparent && each.kind === 'block' && each.statements[0]?.kind === 'label' ? flatten(each.statements) : [each]
  })
}

/** `goto`: the statements from each label on are a case of a switch in a loop; to jump is to enter again there. */
function emitLabels(e: Emission, statements: readonly BoundStatement[]): readonly JsStatement[] {
  const entry = e.temp().name
  const loop = {}
  const label = labelOf(e, loop)
  const parts: BoundStatement[][] = [[]]
  for (const statement of statements) {
    if (statement.kind === 'label' && statement.target.used) {
      entries.set(statement.target, { name: entry, index: parts.length })
      jumpLabels.set(statement.target, label)
      parts.push([])
    } else parts.at(-1)?.push(statement)
  }
  const body = e.repeating(() => parts.map(part => part.flatMap(each => e.statement(each))))
  const cases = body.map((part, i) => ({ tests: [literal(i)], body: part }))
  const turn: JsStatement[] = [
    run(call(e.constant(spendOne))),
    { type: 'SwitchStatement', discriminant: id(entry), cases },
    { type: 'BreakStatement', label },
  ]
  return [
    run(assign(id(entry), literal(0))),
    {
      type: 'LabeledStatement',
      label,
      body: { type: 'ForStatement', init: undefined, test: undefined, update: undefined, body: turn },
    },
  ]
}

function emitJump(e: Emission, target: object): readonly JsStatement[] {
  const entry = entries.get(target)
  return [
    run(assign(id(entry?.name ?? 'undefined'), literal(entry?.index ?? 0))),
    { type: 'ContinueStatement', label: labelOf(e, target) },
  ]
}

function emitIf(e: Emission, node: BoundStatement & { kind: 'if' }): JsStatement {
  const consequent = e.statement(node.consequence)
  const alternate = node.otherwise === undefined ? undefined : e.statement(node.otherwise)
  return { type: 'IfStatement', test: e.expr(node.condition), consequent, alternate }
}

function emitLoop(e: Emission, node: BoundStatement & { kind: 'loop' }): JsStatement {
  const step = run(call(e.constant(spendOne)))
  const locals = node.locals.map(local => e.name(local))
  if (node.conditionLast) {
    const body = [step, ...e.statement(node.body)]
    const test = node.condition === undefined ? literal(true) : e.expr(node.condition)
    const loop = labeled(node.target, { type: 'DoWhileStatement', test, body })
    return locals.length === 0 ? loop : block([...declare(locals), loop])
  }
  const update =
    node.steps.length === 0
      ? undefined
      : node.steps
          .map(each => e.effect(each))
          .reduce((left, right): Js => ({ type: 'SequenceExpression', expressions: [left, right] }))
  const test = node.condition === undefined ? undefined : e.expr(node.condition)
  const inner = e.statement(node.body)
  if (locals.length === 0)
    return labeled(node.target, { type: 'ForStatement', init: undefined, test, update, body: [step, ...inner] })
  const leave: JsStatement = {
    type: 'IfStatement',
    test: not(test ?? literal(true)),
    consequent: [{ type: 'BreakStatement', label: labelOf(e, node.target) }],
    alternate: undefined,
  }
  return labeled(node.target, {
    type: 'ForStatement',
    init: undefined,
    test: undefined,
    update,
    body: [...declare(locals), step, leave, ...inner],
  })
}

/** The loop's variables are fresh each turn, so that lambdas capture this turn's. */
function emitForeach(e: Emission, node: BoundStatement & { kind: 'foreach' }): JsStatement {
  const source = emitReceiver(e, node.source)
  return e.repeating(() => {
    const element = e.name(node.element)
    const body = [
      run(call(e.constant(spendOne))),
      ...declare(node.locals.map(local => e.name(local))),
      ...node.assign.map(each => run(e.effect(each))),
      ...e.statement(node.body),
    ]
    if (node.over === 'array' || node.over === 'string') return emitIndexed(e, node, source, element, body)
    return labeled(node.target, { type: 'ForOfStatement', name: element, right: emitSource(e, node, source), body })
  })
}

function emitSource(e: Emission, node: BoundStatement & { kind: 'foreach' }, source: Js): Js {
  const pairs = pairsMethod(node.source.type)
  if (pairs !== undefined && node.over === 'iterable') return call(e.constant(pairs), source)
  if (node.over === 'boxed') return call(e.constant(iterateBoxed), source)
  if (node.over === 'dynamic') return call(e.constant(iterateBoxed), notNull(e, source))
  return numericKind(node.element.type) === 'char' ? call(e.constant(iterate), source) : source
}

function emitIndexed(
  e: Emission,
  node: BoundStatement & { kind: 'foreach' },
  source: Js,
  element: string,
  body: readonly JsStatement[],
): JsStatement {
  const list = e.temp()
  const index = e.temp().name
  const value: Js =
    node.over === 'string'
      ? call(member(list, 'charCodeAt'), id(index))
      : { type: 'IndexExpression', object: list, index: id(index) }
  const local = e.label()
  const take: JsStatement = { type: 'VariableDeclaration', kind: 'const', declarations: [{ name: element, init: value }] }
  const loop: JsStatement = {
    type: 'ForStatement',
    init: {
      type: 'VariableDeclaration',
      kind: 'let',
      declarations: [
        { name: local, init: source },
        { name: index, init: literal(0) },
      ],
    },
    test: binary('<', id(index), member(id(local), 'length')),
    update: assign(id(index), binary('+', id(index), literal(1))),
    body: [run(assign(list, id(local))), take, ...body],
  }
  return labeled(node.target, loop)
}

// switch

type Switch = BoundStatement & { kind: 'switch' }

function emitSwitch(e: Emission, node: Switch): readonly JsStatement[] {
  const value = e.place(node.local)
  const first = [
    ...declareLocals(e, node.locals),
    ...node.functions.flatMap(each => emitFunction(e, each)),
    run(assign(value, e.expr(node.value))),
  ]
  const isPlain = node.target.entered.size === 0 && isDirect(node)
  return [block([...first, isPlain ? emitDirect(e, node, value) : emitByIndex(e, node, value)])]
}

/** All labels are constants that `===` tells apart. */
function isDirect(node: Switch): boolean {
  const { type } = node.local
  const plain = nullableOf(type) ?? type
  const comparable =
    isString(plain) ||
    isBool(plain) ||
    (isValueType(plain) && numericKind(plain) !== 'decimal' && numericKind(plain) !== 'double' && numericKind(plain) !== 'float')
  return (
    comparable &&
    node.sections.every(section =>
      section.labels.every(({ pattern, when }) => when === undefined && (pattern === undefined || pattern.kind === 'constant')),
    )
  )
}

function emitDirect(e: Emission, node: Switch, value: Js): JsStatement {
  const cases = node.sections.map(section => ({
    tests: section.labels.map(({ pattern }) => (pattern?.kind === 'constant' ? e.expr(pattern.value) : undefined)),
    body: section.statements.flatMap(each => e.statement(each)),
  }))
  return labeled(node.target, { type: 'SwitchStatement', discriminant: value, cases })
}

/** The first label that fits gives the number of its section; `goto case` enters a section by its number. */
function emitByIndex(e: Emission, node: Switch, value: Js): JsStatement {
  const entry = e.temp().name
  const label = labelOf(e, node.target)
  entries.set(node.target, { name: entry, index: 0 })
  const index = node.sections
    .flatMap((section, i) => section.labels.map(each => ({ ...each, i })))
    .reduceRight<Js>(
      (rest, { pattern, when, i }) => {
        if (pattern === undefined) return rest
        const test = emitPattern(e, pattern, value, node.local.type)
        const full: Js =
          when === undefined ? test : { type: 'LogicalExpression', operator: '&&', left: test, right: e.expr(when) }
        return choose(full, literal(i), rest)
      },
      literal(node.defaultSection ?? -1),
    )
  const cases = node.sections.map((section, i) => ({
    tests: [literal(i)],
    body: section.statements.flatMap(each => e.statement(each)),
  }))
  const choice: JsStatement = { type: 'SwitchStatement', discriminant: id(entry), cases }
  const chosen = run(assign(id(entry), index))
  if (node.target.entered.size === 0) return block([chosen, { type: 'LabeledStatement', label, body: choice }])
  const turn = [run(call(e.constant(spendOne))), choice, { type: 'BreakStatement', label } as const]
  return block([
    chosen,
    {
      type: 'LabeledStatement',
      label,
      body: { type: 'ForStatement', init: undefined, test: undefined, update: undefined, body: turn },
    },
  ])
}

function emitGotoCase(
  e: Emission,
  { target, section }: { readonly target: JumpTarget; readonly section: number },
): readonly JsStatement[] {
  const entry = entries.get(target)
  return [run(assign(id(entry?.name ?? 'undefined'), literal(section))), { type: 'ContinueStatement', label: labelOf(e, target) }]
}

// try

type Try = BoundStatement & { kind: 'try' }

function emitTry(e: Emission, node: Try): JsStatement {
  const { handlers } = e
  if (handlers !== undefined) return emitSearched(e, node, handlers)
  const body = e.statement(node.body)
  const finalizer = node.finally === undefined ? undefined : e.statement(node.finally)
  const param = e.label()
  const handler: readonly JsStatement[] =
    node.catches.length === 0 ? [{ type: 'ThrowStatement', argument: id(param) }] : emitCatches(e, node.catches, param)
  return { type: 'TryStatement', block: body, param, handler: [endForGood(e, param), ...handler], finalizer }
}

/**
 * What is no exception of .NET's (a full stack, the budget) leaves no steps: the author's `finally` blocks on its way end at once. Written
 * out, since nothing can be called on a full stack.
 */
function endForGood(e: Emission, param: string): JsStatement {
  const steps: Js = { type: 'IndexExpression', object: e.constant(left), index: literal(0) }
  return {
    type: 'IfStatement',
    test: not(binary('instanceof', id(param), e.constant(NetException))),
    consequent: [run(assign(steps, literal(-1)))],
    alternate: undefined,
  }
}

/** In a program with filters and `finally` blocks: who takes an exception is told before the first `finally` runs. */
function emitSearched(e: Emission, node: Try, handlers: Js): JsStatement {
  const body = node.catches.length === 0 ? e.statement(node.body) : [emitSelected(e, node, handlers)]
  if (node.finally === undefined) return block(body)
  const param = e.label()
  const handler: JsStatement = { type: 'ThrowStatement', argument: call(member(handlers, 'search'), id(param)) }
  return {
    type: 'TryStatement',
    block: body,
    param,
    handler: [endForGood(e, param), handler],
    finalizer: e.statement(node.finally),
  }
}

function emitSelected(e: Emission, { body, catches }: Try, handlers: Js): JsStatement {
  const [frame, exception, param, clause] = [e.label(), e.label(), e.label(), e.label()]
  const select = catches.reduceRight<Js>((rest, each, i) => {
    const test = clauseTests(e, each, exception).reduce<Js | undefined>(
      (left, right) => (left === undefined ? right : { type: 'LogicalExpression', operator: '&&', left, right }),
      undefined,
    )
    return test === undefined ? literal(i) : choose(test, literal(i), rest)
  }, literal(-1))
  rethrown.push(param)
  const chain = catches.reduceRight<readonly JsStatement[]>(
    (rest, each, i) => {
      const take = each.local === undefined ? [] : [run(assign(e.place(each.local), id(param)))]
      const consequent = [...take, ...e.statement(each.body)]
      return [{ type: 'IfStatement', test: binary('===', id(clause), literal(i)), consequent, alternate: rest }]
    },
    [{ type: 'ThrowStatement', argument: id(param) }],
  )
  rethrown.pop()
  const entered = call(member(handlers, 'enter'), { type: 'ArrowFunctionExpression', params: [exception], body: select })
  return block([
    ...declare(catches.flatMap(each => each.locals.map(local => e.name(local)))),
    constant(frame, entered),
    {
      type: 'TryStatement',
      block: e.statement(body),
      param,
      handler: [endForGood(e, param), constant(clause, call(member(handlers, 'settle'), id(frame), id(param))), ...chain],
      finalizer: [run(call(member(handlers, 'leave'), id(frame)))],
    },
  ])
}

/** The conditions under which a clause takes the exception. */
function clauseTests(e: Emission, { type, local, filter }: BoundCatch, exception: string): readonly Js[] {
  const tests: Js[] = isNamed(type, 'System.Exception') ? [] : [call(e.constant(isInstance), id(exception), e.typeConstant(type))]
  if (filter === undefined) return tests
  const held = call(e.constant(holds), { type: 'ArrowFunctionExpression', params: [], body: e.expr(filter) })
  if (local === undefined) return [...tests, held]
  return [...tests, { type: 'SequenceExpression', expressions: [assign(e.place(local), id(exception)), held] }]
}

/** One JavaScript handler: each clause in turn tests the type and its filter; what fits none goes on. */
function emitCatches(e: Emission, catches: readonly BoundCatch[], param: string): readonly JsStatement[] {
  const exception = e.temp().name
  const kept = e.label()
  rethrown.push(kept)
  const otherwise: readonly JsStatement[] = [{ type: 'ThrowStatement', argument: id(param) }]
  const chain = catches.reduceRight<readonly JsStatement[]>((rest, clause) => emitCatch(e, clause, kept, rest), otherwise)
  rethrown.pop()
  const take: JsStatement = {
    type: 'VariableDeclaration',
    kind: 'const',
    declarations: [{ name: kept, init: call(e.constant(caught), id(param)) }],
  }
  return [run(assign(id(exception), literal(null))), take, ...chain]
}

function emitCatch(e: Emission, clause: BoundCatch, exception: string, rest: readonly JsStatement[]): readonly JsStatement[] {
  const { local, locals, filter, body } = clause
  const tests = clauseTests(e, clause, exception)
  const take: Js[] = local === undefined ? [] : [assign(e.place(local), id(exception))]
  const names = declare(locals.map(each => e.name(each)))
  const inner = [...(filter === undefined ? take.map(run) : []), ...e.statement(body)]
  if (tests.length === 0) return [...names, ...inner]
  const test = tests.reduce((left, right): Js => ({ type: 'LogicalExpression', operator: '&&', left, right }))
  return [block([...names, { type: 'IfStatement', test, consequent: inner, alternate: rest }])]
}

// Local functions

function emitFunction(e: Emission, symbol: LocalFunctionSymbol): readonly JsStatement[] {
  return instancesOf(symbol).flatMap(instance => {
    if (instance.body === undefined) return []
    const body = functionBody(e, instance)
    const params = instance.parameters.map((parameter: Local) => e.name(parameter))
    const name = e.functionName(instance)
    if (instance.iterator === undefined) return [constant(name, { type: 'ArrowFunctionExpression', params, body })]
    return emitIterator(e, e.typeConstant(e.closed(symbol, instance)), name, params, body)
  })
}

const constant = (name: string, init: Js): JsStatement => ({
  type: 'VariableDeclaration',
  kind: 'const',
  declarations: [{ name, init }],
})

/** One generator for all calls: each closure over a generator would be a hidden class of its own. */
function emitIterator(
  e: Emission,
  type: Js,
  name: string,
  params: readonly string[],
  body: readonly JsStatement[],
): readonly JsStatement[] {
  const generator = e.label()
  const start: Js = { type: 'ArrowFunctionExpression', params: [], body: call(id(generator), ...params.map(id)) }
  return [
    constant(generator, { type: 'GeneratorExpression', params, body }),
    constant(name, { type: 'ArrowFunctionExpression', params, body: call(e.constant(generate), type, start) }),
  ]
}

function functionBody(e: Emission, instance: FunctionInstance): readonly JsStatement[] {
  const outer = rethrown.splice(0)
  const statements = e.body(() =>
    e.repeating(() => [run(call(e.constant(spendOne))), ...(instance.body === undefined ? [] : e.statement(instance.body))]),
  )
  rethrown.push(...outer)
  return statements
}
