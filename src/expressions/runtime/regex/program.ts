import type { CharSet } from './char-set.ts'
import type { Anchor, Loop, Node, Pattern } from './nodes.ts'

export const op = {
  match: 0,
  char: 1,
  set: 2,
  anchor: 3,
  backreference: 4,
  /** Tries `next`, then `x`. */
  split: 5,
  /** Notes the place in register `x`. */
  mark: 6,
  /** Captures from register `x` into slot `y`, taking slot `z` along when it balances. */
  capture: 7,
  /** A loop over one character or set, without registers: `x` to `y` times. */
  charLoop: 8,
  /** Starts a loop: register `x` counts, `x + 1` keeps where the last turn began. */
  loopStart: 9,
  /** Decides between another turn (`body`) and going on. */
  loopTurn: 10,
  /** Notes how many choices stand open in register `x`, and the place in `x + 1`. */
  enter: 11,
  /** Drops the choices opened since `enter`; goes back to its place when `y` is 1. */
  leave: 12,
  /** A negative look has matched: drops its choices, also the one that would go on, and fails. */
  refuse: 13,
  /** Goes on when slot `x` has a capture, else at `y`. */
  ifGroup: 14,
  fail: 15,
} as const

/** One step of a program. What `x`, `y` and `z` mean is said by the op. */
export class Instruction {
  readonly op: number
  next: number
  x = 0
  y = 0
  z = -1
  body = -1
  unit = 0
  set: CharSet | null = null
  anchor: Anchor | null = null
  ignoreCase = false
  rightToLeft = false
  lazy = false
  ecma = false

  constructor(operation: number, next: number) {
    this.op = operation
    this.next = next
  }
}

export interface Program {
  readonly code: readonly Instruction[]
  readonly entry: number
  readonly registers: number
  readonly slots: number
}

/** Turns a pattern into steps that a backtracking machine runs. */
export function compileProgram(pattern: Pattern): Program {
  return new ProgramBuilder(pattern.groups).build(pattern.root)
}

class ProgramBuilder {
  readonly #code: Instruction[] = []
  readonly #slots: ReadonlyMap<number, number>
  #registers = 0

  constructor(groups: readonly number[]) {
    this.#slots = new Map(groups.map((group, slot) => [group, slot]))
  }

  build(root: Node): Program {
    const end = this.#emit(op.match, -1)
    const entry = this.#compile(root, end)
    return { code: this.#code, entry, registers: this.#registers, slots: this.#slots.size }
  }

  #emit(operation: number, next: number, fields: Partial<Instruction> = {}): number {
    this.#code.push(Object.assign(new Instruction(operation, next), fields))
    return this.#code.length - 1
  }

  #register(count: number): number {
    this.#registers += count
    return this.#registers - count
  }

  #slot(group: number): number {
    return this.#slots.get(group) ?? -1
  }

  /** The first step of the node, which goes on to `next`. */
  #compile(node: Node, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next
      case 'char':
        return this.#emit(op.char, next, { unit: node.unit, ignoreCase: node.ignoreCase, rightToLeft: node.rightToLeft })
      case 'set':
        return this.#emit(op.set, next, { set: node.set, rightToLeft: node.rightToLeft })
      case 'anchor':
        return this.#emit(op.anchor, next, { anchor: node.anchor })
      case 'backreference':
        return this.#emit(op.backreference, next, {
          x: this.#slot(node.group),
          ignoreCase: node.ignoreCase,
          rightToLeft: node.rightToLeft,
          ecma: node.ecma,
        })
      case 'sequence':
        return this.#sequence(node.items, node.rightToLeft, next)
      case 'choice':
        return this.#choice(node.branches, next)
      case 'loop':
        return this.#loop(node, next)
      case 'capture':
        return this.#capture(node.group, node.balance, node.body, next)
      case 'atomic':
        return this.#enclosed(node.body, next, 0)
      case 'look':
        return node.negative ? this.#negativeLook(node.body, next) : this.#enclosed(node.body, next, 1)
      case 'if-group':
        return this.#emit(op.ifGroup, this.#compile(node.yes, next), {
          x: this.#slot(node.group),
          y: this.#compile(node.no, next),
        })
      case 'if-match':
        return this.#ifMatch(node, next)
    }
  }

  #sequence(items: readonly Node[], rightToLeft: boolean, next: number): number {
    const inOrder = rightToLeft ? items : items.toReversed()
    return inOrder.reduce((after, item) => this.#compile(item, after), next)
  }

  #choice(branches: readonly Node[], next: number): number {
    const entries = branches.map(branch => this.#compile(branch, next))
    return entries.reduceRight((after, entry) => this.#emit(op.split, entry, { x: after }))
  }

  #loop(loop: Loop, next: number): number {
    const { body, min, max, lazy } = loop
    if (body.kind === 'char' || body.kind === 'set') {
      const test = body.kind === 'char' ? { unit: body.unit, ignoreCase: body.ignoreCase } : { set: body.set }
      return this.#emit(op.charLoop, next, { ...test, rightToLeft: body.rightToLeft, x: min, y: max, lazy })
    }
    const registers = this.#register(2)
    const turn = this.#emit(op.loopTurn, next, { x: registers, y: min, z: max, lazy })
    const turnInstruction = this.#code[turn]
    const bodyEntry = this.#compile(body, turn)
    if (turnInstruction !== undefined) turnInstruction.body = bodyEntry
    return this.#emit(op.loopStart, turn, { x: registers })
  }

  #capture(group: number, balance: number, body: Node, next: number): number {
    const register = this.#register(1)
    const end = this.#emit(op.capture, next, { x: register, y: this.#slot(group), z: balance < 0 ? -1 : this.#slot(balance) })
    return this.#emit(op.mark, this.#compile(body, end), { x: register })
  }

  #enclosed(body: Node, next: number, restore: number): number {
    const registers = this.#register(2)
    const leave = this.#emit(op.leave, next, { x: registers, y: restore })
    return this.#emit(op.enter, this.#compile(body, leave), { x: registers })
  }

  /** enter; split(body; refuse, next) */
  #negativeLook(body: Node, next: number): number {
    const registers = this.#register(2)
    const refuse = this.#emit(op.refuse, -1, { x: registers })
    const split = this.#emit(op.split, this.#compile(body, refuse), { x: next })
    return this.#emit(op.enter, split, { x: registers })
  }

  /** enter; split(test; leave; yes, no) */
  #ifMatch(node: Extract<Node, { kind: 'if-match' }>, next: number): number {
    const registers = this.#register(2)
    const leave = this.#emit(op.leave, this.#compile(node.yes, next), { x: registers, y: 1 })
    const split = this.#emit(op.split, this.#compile(node.test, leave), { x: this.#compile(node.no, next) })
    return this.#emit(op.enter, split, { x: registers })
  }
}
