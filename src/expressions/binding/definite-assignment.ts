import type { Faults } from '../syntax/faults.ts'
import type { Bound, BoundPattern, BoundStatement, JumpTarget, LabelTarget } from './bound.ts'
import { childrenOf } from './children.ts'
import { isFalse, isTrue } from './nodes.ts'
import type { Local, LocalFunctionSymbol } from './scope.ts'
import { type FunctionInstance, instancesOf } from './side-tables.ts'

/** The locals that are assigned on every way here; undefined where no way leads. */
type State = ReadonlySet<Local> | undefined

interface Branches {
  readonly whenTrue: State
  readonly whenFalse: State
}

/** Reports locals that may be read before they are assigned (C# 7 §10.4). */
export function checkAssignments(faults: Faults, body: BoundStatement): void {
  new Flow(faults, new Map(), []).statement(body, new Set())
}

/** What a local function asks of its callers and does for them. */
interface Summary {
  /** Locals of others that it may read before it assigns them itself. */
  readonly reads: ReadonlySet<Local>
  /** Locals of others that it has assigned whenever it returns. */
  readonly writes: ReadonlySet<Local>
}

const nothing: Summary = { reads: new Set(), writes: new Set() }

const join = (one: State, other: State): State => {
  if (one === undefined || other === undefined) return one ?? other
  return one === other ? one : new Set([...one].filter(local => other.has(local)))
}

const joinAll = (states: readonly State[]): State => states.reduce(join, undefined)

function plus(state: State, local: Local | undefined): State {
  if (state === undefined || local === undefined || state.has(local)) return state
  return new Set([...state, local])
}

class Flow {
  readonly #faults: Faults
  readonly #functions: Map<FunctionInstance, Summary>
  /** `out` parameters of the function: assigned wherever it returns. */
  readonly #outs: readonly Local[]
  readonly #reported = new Set<Local>()
  readonly #breaks = new Map<JumpTarget, State[]>()
  readonly #jumps = new Map<LabelTarget, State[]>()

  /** The locals of the function at hand; undefined: all are. What it reads of others is asked of its callers. */
  readonly #own: ReadonlySet<Local> | undefined
  readonly asked: Set<Local>
  /** What is assigned where the function is left. */
  exits: State

  constructor(
    faults: Faults,
    functions: Map<FunctionInstance, Summary>,
    outs: readonly Local[],
    own?: ReadonlySet<Local>,
    asked = new Set<Local>(),
  ) {
    this.#faults = faults
    this.#functions = functions
    this.#outs = outs
    this.#own = own
    this.asked = asked
  }

  statement(node: BoundStatement, state: State): State {
    switch (node.kind) {
      case 'block':
        return this.#block(node, state)
      case 'expression':
        return this.#expression(node.expression, state)
      case 'declare':
        return node.value === undefined ? state : plus(this.#expression(node.value, state), node.local)
      case 'if':
        return this.#if(node, state)
      case 'loop':
        return this.#loop(node, state)
      case 'foreach':
        return this.#foreach(node, state)
      case 'switch':
        return this.#switch(node, state)
      case 'try':
        return this.#try(node, state)
      case 'return':
        this.#leave(node, node.value === undefined ? state : this.#expression(node.value, state))
        return undefined
      case 'yield':
        return node.value === undefined ? undefined : this.#expression(node.value, state)
      case 'throw':
        if (node.value !== undefined) this.#expression(node.value, state)
        return undefined
      case 'break':
        this.#breaks.get(node.target)?.push(state)
        return undefined
      case 'goto':
        this.#jumps.set(node.target, [...(this.#jumps.get(node.target) ?? []), state])
        return undefined
      case 'label':
        return node.target.used ? join(state, joinAll(this.#jumps.get(node.target) ?? [])) : state
      case 'continue':
      case 'goto case':
        return undefined
      case 'empty':
        return state
    }
  }

  /** An `out` parameter must have its value by now. */
  #leave({ start }: { readonly start: number }, state: State): void {
    if (state === undefined) return
    this.exits = join(this.exits, state)
    for (const local of this.#outs) {
      if (!state.has(local))
        this.#faults.add(
          start,
          'CS0177',
          `The out parameter '${local.name}' must be assigned to before control leaves the current method`,
        )
    }
  }

  #block(node: BoundStatement & { kind: 'block' }, state: State): State {
    let now = state
    for (const each of node.statements) now = this.statement(each, now)
    for (const symbol of node.functions) this.#function(symbol)
    return now
  }

  #function(symbol: LocalFunctionSymbol): void {
    for (const instance of instancesOf(symbol)) this.#summary(instance)
  }

  /** Follows the body once. While that is under way, a call of itself is taken to ask and do nothing. */
  #summary(instance: FunctionInstance): Summary {
    const known = this.#functions.get(instance)
    const { body, parameters } = instance
    if (known !== undefined || body === undefined) return known ?? nothing
    this.#functions.set(instance, nothing)
    const outs = parameters.filter(each => each.mode === 'out')
    const own = new Set([...localsIn(body, outs), ...parameters])
    const flow = new Flow(this.#faults, this.#functions, outs, own)
    flow.#leave(body, flow.statement(body, new Set(parameters.filter(each => each.mode !== 'out'))))
    const writes = new Set([...(flow.exits ?? [])].filter(local => !own.has(local)))
    const summary = { reads: flow.asked, writes: instance.iterator === undefined ? writes : nothing.writes }
    this.#functions.set(instance, summary)
    return summary
  }

  /** A call of a local function, or a delegate made of it: what it reads must be assigned here. */
  #demand({ target, types, start }: Bound & { kind: 'local call' }, state: State): Summary {
    const instance = instancesOf(target).find(each => each.types.every((type, i) => type === types[i]))
    const summary = instance === undefined ? nothing : this.#summary(instance)
    for (const local of summary.reads) this.#need(local, start, state)
    return summary
  }

  #if(node: BoundStatement & { kind: 'if' }, state: State): State {
    const { whenTrue, whenFalse } = this.#condition(node.condition, state)
    const consequence = this.statement(node.consequence, whenTrue)
    return join(consequence, node.otherwise === undefined ? whenFalse : this.statement(node.otherwise, whenFalse))
  }

  #loop(node: BoundStatement & { kind: 'loop' }, state: State): State {
    this.#breaks.set(node.target, [])
    let after: State
    if (node.conditionLast) {
      const end = this.statement(node.body, state)
      const test = join(end, state === undefined ? undefined : end)
      after = node.condition === undefined ? undefined : this.#condition(node.condition, test ?? state).whenFalse
    } else {
      const branches =
        node.condition === undefined ? { whenTrue: state, whenFalse: undefined } : this.#condition(node.condition, state)
      const end = this.statement(node.body, branches.whenTrue)
      let step = end ?? branches.whenTrue
      for (const each of node.steps) step = this.#expression(each, step)
      after = branches.whenFalse
    }
    return join(after, joinAll(this.#breaks.get(node.target) ?? []))
  }

  #foreach(node: BoundStatement & { kind: 'foreach' }, state: State): State {
    const start = this.#expression(node.source, state)
    this.#breaks.set(node.target, [])
    let inner = plus(start, node.element)
    for (const each of node.assign) inner = this.#expression(each, inner)
    this.statement(node.body, inner)
    return join(start, joinAll(this.#breaks.get(node.target) ?? []))
  }

  #switch(node: BoundStatement & { kind: 'switch' }, state: State): State {
    const start = plus(this.#expression(node.value, state), node.local)
    this.#breaks.set(node.target, [])
    for (const section of node.sections) {
      const entries = section.labels.map(({ pattern, when }) => {
        const matched = pattern === undefined ? start : this.#pattern(pattern, start)
        return when === undefined ? matched : this.#condition(when, matched).whenTrue
      })
      let now = joinAll(entries)
      for (const each of section.statements) now = this.statement(each, now)
    }
    for (const symbol of node.functions) this.#function(symbol)
    return join(node.defaultSection === undefined ? start : undefined, joinAll(this.#breaks.get(node.target) ?? []))
  }

  #try(node: BoundStatement & { kind: 'try' }, state: State): State {
    let end = this.statement(node.body, state)
    for (const clause of node.catches) {
      const caught = plus(state, clause.local)
      const entered = clause.filter === undefined ? caught : this.#condition(clause.filter, caught).whenTrue
      end = join(end, this.statement(clause.body, entered))
    }
    if (node.finally === undefined) return end
    const last = this.statement(node.finally, state)
    return end === undefined || last === undefined ? undefined : new Set([...end, ...last])
  }

  #pattern(pattern: BoundPattern, state: State): State {
    return pattern.kind === 'constant' ? state : plus(state, pattern.local)
  }

  /** What is assigned when the condition holds and when it does not. */
  #condition(node: Bound, state: State): Branches {
    if (isTrue(node)) return { whenTrue: state, whenFalse: undefined }
    if (isFalse(node)) return { whenTrue: undefined, whenFalse: state }
    if (node.kind === 'logical') {
      const left = this.#condition(node.left, state)
      const isAnd = node.operator === '&&'
      const right = this.#condition(node.right, isAnd ? left.whenTrue : left.whenFalse)
      return isAnd
        ? { whenTrue: right.whenTrue, whenFalse: join(left.whenFalse, right.whenFalse) }
        : { whenTrue: join(left.whenTrue, right.whenTrue), whenFalse: right.whenFalse }
    }
    if (node.kind === 'unary' && node.operator === '!') {
      const { whenTrue, whenFalse } = this.#condition(node.operand, state)
      return { whenTrue: whenFalse, whenFalse: whenTrue }
    }
    if (node.kind === 'is') {
      const after = this.#expression(node.operand, state)
      return {
        whenTrue: this.#pattern(node.pattern, after),
        whenFalse: node.pattern.kind === 'any' ? this.#pattern(node.pattern, after) : after,
      }
    }
    if (node.kind === 'conditional') return this.#choice(node, state)
    const after = this.#expression(node, state)
    return { whenTrue: after, whenFalse: after }
  }

  #choice(node: Bound & { kind: 'conditional' }, state: State): Branches {
    const test = this.#condition(node.condition, state)
    const one = this.#condition(node.whenTrue, test.whenTrue)
    const other = this.#condition(node.whenFalse, test.whenFalse)
    return { whenTrue: join(one.whenTrue, other.whenTrue), whenFalse: join(one.whenFalse, other.whenFalse) }
  }

  #expression(node: Bound, state: State): State {
    switch (node.kind) {
      case 'local':
        this.#need(node.local, node.start, state)
        return state
      case 'method reference': {
        const now = node.receiver === undefined ? state : this.#expression(node.receiver, state)
        if (node.call.kind === 'local call') this.#demand(node.call, now)
        return now
      }
      case 'assign':
        return this.#assign(node, state)
      case 'reference':
        return this.#reference(node, state)
      case 'call':
      case 'local call':
      case 'delegate call':
        return this.#call(node, state)
      case 'logical':
      case 'is': {
        const { whenTrue, whenFalse } = this.#condition(node, state)
        return join(whenTrue, whenFalse)
      }
      case 'conditional': {
        const { whenTrue, whenFalse } = this.#condition(node.condition, state)
        return join(this.#expression(node.whenTrue, whenTrue), this.#expression(node.whenFalse, whenFalse))
      }
      case 'coalesce': {
        const left = this.#expression(node.left, state)
        return join(left, this.#expression(node.right, left))
      }
      case 'conditional access': {
        const target = this.#expression(node.target, state)
        this.#expression(node.access, target)
        return target
      }
      case 'lambda':
        this.#lambda(node, state)
        return state
      case 'throw':
        this.#expression(node.value, state)
        return undefined
      default: {
        let now = state
        for (const child of childrenOf(node)) now = this.#expression(child, now)
        return now
      }
    }
  }

  #need(local: Local, start: number, state: State): void {
    const tracked = local.kind === 'variable' || local.mode === 'out'
    if (!tracked || local.name === '' || state === undefined || state.has(local)) return
    if (this.#own?.has(local) === false) {
      this.asked.add(local)
      return
    }
    if (this.#reported.has(local)) return
    this.#reported.add(local)
    const code = local.mode === 'out' ? 'CS0269' : 'CS0165'
    const what = local.mode === 'out' ? 'out parameter' : 'local variable'
    this.#faults.add(start, code, `Use of unassigned ${what} '${local.name}'`)
  }

  #assign({ target, value }: Bound & { kind: 'assign' }, state: State): State {
    if (target.kind === 'local') return plus(this.#expression(value, state), target.local)
    let now = state
    if (target.kind === 'tuple item' && target.tuple.kind === 'local')
      return plus(this.#expression(value, now), target.tuple.local)
    for (const child of childrenOf(target)) now = this.#expression(child, now)
    return this.#expression(value, now)
  }

  #reference({ target, mode }: Bound & { kind: 'reference' }, state: State): State {
    if (mode === 'out' && target.kind === 'local') return state
    return target.kind === 'discard' ? state : this.#expression(target, state)
  }

  /** `out` arguments are assigned once the call is made. */
  #call(node: Bound & { kind: 'call' | 'local call' | 'delegate call' }, state: State): State {
    let now = state
    for (const child of childrenOf(node)) now = this.#expression(child, now)
    for (const arg of node.args) if (arg.kind === 'reference' && arg.target.kind === 'local') now = plus(now, arg.target.local)
    if (node.kind === 'local call') for (const local of this.#demand(node, now).writes) now = plus(now, local)
    return now
  }

  /** A lambda may run at once: it sees what is assigned where it stands. */
  #lambda(node: Bound & { kind: 'lambda' }, state: State): void {
    const outs = node.parameters.filter(each => each.mode === 'out')
    const inner = state === undefined ? undefined : new Set([...state, ...node.parameters.filter(each => each.mode !== 'out')])
    const own = this.#own === undefined ? undefined : new Set([...this.#own, ...node.parameters, ...localsIn(node.body, outs)])
    const flow = new Flow(this.#faults, this.#functions, outs, own, this.asked)
    flow.#leave(node, flow.statement(node.body, inner))
  }
}

/** The locals that a function's body declares itself, and its `out` parameters. */
function localsIn(body: BoundStatement, outs: readonly Local[]): ReadonlySet<Local> {
  const found = new Set<Local>(outs)
  const visit = (node: BoundStatement): void => {
    for (const local of declaredBy(node)) found.add(local)
    for (const inner of statementsIn(node)) visit(inner)
  }
  visit(body)
  return found
}

function declaredBy(node: BoundStatement): readonly Local[] {
  switch (node.kind) {
    case 'block':
    case 'loop':
    case 'foreach':
    case 'switch':
      return node.locals
    case 'try':
      return node.catches.flatMap(each => each.locals)
    default:
      return []
  }
}

function statementsIn(node: BoundStatement): readonly BoundStatement[] {
  switch (node.kind) {
    case 'block':
      return node.statements
    case 'if':
      return node.otherwise === undefined ? [node.consequence] : [node.consequence, node.otherwise]
    case 'loop':
    case 'foreach':
      return [node.body]
    case 'switch':
      return node.sections.flatMap(each => each.statements)
    case 'try':
      return [node.body, ...node.catches.map(each => each.body), ...(node.finally === undefined ? [] : [node.finally])]
    default:
      return []
  }
}
