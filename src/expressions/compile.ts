import { Binder, TooComplex, type World } from './binding/binder.ts'
import type { BoundStatement } from './binding/bound.ts'
import { convert, requireValue } from './binding/convert.ts'
import { checkAssignments } from './binding/definite-assignment.ts'
import { bestCommonType } from './binding/inference.ts'
import { at } from './binding/nodes.ts'
import { endsReachable } from './binding/reachability.ts'
import { FunctionFrame, Scope } from './binding/scope.ts'
import { returnsOf } from './binding/side-tables.ts'
import { declareNames } from './binding/statements.ts'
import type { CompileResult, Expected, ExpressionDiagnostic, Watched } from './contract.ts'
import { runDynamic } from './emit/dynamic.ts'
import { emitProgram, type Program } from './emit/program.ts'
import { Watch } from './emit/watch.ts'
import { type ConditionPart, conditionParts } from './syntax/condition-parts.ts'
import { type Fault, Faults } from './syntax/faults.ts'
import { parse, type Root } from './syntax/parse.ts'
import { BudgetExceeded, startBudget } from './types/budget.ts'
import { displayName } from './types/display.ts'
import { errorType, nullType } from './types/registry.ts'
import type { Type } from './types/type.ts'

/** Takes a source through all stages: parse, bind, check, emit. */
export function compileExpression(world: World, source: string, expected: Expected): CompileResult {
  const faults = new Faults()
  const result = build(world, source, expected, faults)
  const diagnostics = faults.list.map(fault => locate(source, fault))
  if (result === undefined || faults.hasErrors) return { ok: false, diagnostics }
  const evaluate = evaluator(result.program, world.steps)
  return { ok: true, compiled: { evaluate, type: displayName(result.type), uses: result.uses }, diagnostics }
}

/** Compiles a condition so that it tells what its parts come out as; undefined for what does not compile. */
export function watchCondition(world: World, source: string): Watched | undefined {
  let parts: readonly ConditionPart[] = []
  let watch = new Watch([])
  const result = build(world, source, 'bool', new Faults(), root => {
    parts = conditionParts(root)
    watch = new Watch(parts.flatMap(part => [part, ...part.operands]))
    return watch
  })
  if (result === undefined) return undefined
  const evaluate = evaluator(result.program, world.steps)
  return { parts, evaluate: (globals, watcher) => watch.during(watcher, () => evaluate(globals)) }
}

/** What came of the stages; undefined when one of them ended with errors. */
interface Built {
  readonly program: Program
  readonly type: Type
  readonly uses: ReadonlySet<string>
}

function build(
  world: World,
  source: string,
  expected: Expected,
  faults: Faults,
  watchOf?: (root: Root) => Watch,
): Built | undefined {
  startBudget(world.steps) // constants are folded by the tables' own methods, which spend
  return withLimits(faults, () => {
    const root = parse(source, faults)
    if (root === undefined || faults.hasErrors) return undefined
    const binder = new Binder(world, faults)
    const { body, type } = bindRoot(binder, root, expected)
    checkAssignments(faults, body)
    if (faults.hasErrors) return undefined
    const searches = binder.seen.filter && binder.seen.finally
    return { program: emitProgram(body, [], runDynamic(world), searches, watchOf?.(root)), type, uses: binder.uses }
  })
}

/** Source that exhausts a limit of the compiler gets a diagnostic like any other fault. */
function withLimits<T>(faults: Faults, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof TooComplex) && !(error instanceof RangeError) && !(error instanceof BudgetExceeded)) throw error
    faults.add(0, 'CS8078', 'An expression is too long or complex to compile')
    return undefined
  }
}

function evaluator({ run, globals }: Program, steps: number): (given: Readonly<Record<string, unknown>>) => unknown {
  const [first] = globals
  const call =
    globals.length === 0
      ? () => run()
      : globals.length === 1 && first !== undefined
        ? (given: Readonly<Record<string, unknown>>) => run(given[first])
        : (given: Readonly<Record<string, unknown>>) => run(...globals.map(name => given[name]))
  return given => {
    startBudget(steps)
    try {
      return call(given)
    } catch (error) {
      // a full stack, or a string past JavaScript's longest
      if (error instanceof RangeError) throw new BudgetExceeded()
      throw error
    }
  }
}

function bindRoot(b: Binder, root: Root, expected: Expected): { readonly body: BoundStatement; readonly type: Type } {
  const wanted = expected === 'bool' ? b.known.bool : expected === 'int' ? b.known.int : undefined
  const frame = new FunctionFrame('main', wanted ?? b.known.object, undefined)
  const scope = new Scope(undefined, frame)
  return root.kind === 'expression' ? bindSingle(b, root.expression, scope, wanted) : bindMany(b, root.block, scope, wanted)
}

function bindSingle(b: Binder, syntax: (Root & { kind: 'expression' })['expression'], scope: Scope, wanted: Type | undefined) {
  const bound = requireValue(b, b.expression(syntax, scope))
  const typed = wanted === undefined ? bound : convert(b, bound, wanted)
  const value = convert(b, typed, b.known.object)
  const statement: BoundStatement = { kind: 'return', ...at(syntax), value }
  const body: BoundStatement = {
    kind: 'block',
    ...at(syntax),
    locals: scope.locals,
    functions: scope.functions,
    labels: [],
    statements: [statement],
  }
  return { body, type: bound.type }
}

function bindMany(b: Binder, block: (Root & { kind: 'statements' })['block'], scope: Scope, wanted: Type | undefined) {
  const labels = declareNames(b, block.statements, scope)
  const statements = block.statements.map(each => b.statement(each, scope))
  b.bodies(scope)
  const bound: BoundStatement = {
    kind: 'block',
    ...at(block),
    locals: scope.locals,
    functions: scope.functions,
    labels,
    statements,
  }
  if (endsReachable(bound)) b.faults.add(block.end, 'CS0161', 'Not all code paths return a value')
  const returned = returnsOf(scope.frame)
  const type =
    wanted ??
    bestCommonType(
      b,
      returned.filter(each => each.type !== errorType && each.type !== nullType),
    ) ??
    b.known.object
  // a bool or int result is boxed as it is: values.ts
  return { body: bound, type }
}

function locate(source: string, fault: Fault): ExpressionDiagnostic {
  const offset = Math.min(fault.offset, source.length)
  const before = source.slice(0, offset).split(/\r\n|\r|\n/)
  const line = before.length
  const column = (before.at(-1)?.length ?? 0) + 1
  return { line, column, offset, severity: fault.severity, code: fault.code, message: fault.message }
}
