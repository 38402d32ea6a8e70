import { BudgetExceeded } from '../../types/budget.ts'
import { isEcmaWordUnit, isWordUnit } from './char-classes.ts'
import { lowerUnit } from './letter-case.ts'
import { Meter } from './meter.ts'
import type { Anchor } from './nodes.ts'
import { type Instruction, op, type Program } from './program.ts'

/** The stretch of text that is matched against: `\A` and `\z` are its ends, `\G` is `origin`. */
export interface Field {
  readonly text: string
  readonly begin: number
  readonly end: number
  readonly origin: number
}

/** Start and end of every capture, a list for each group slot. Slot 0 is the match. */
export type Captures = readonly (readonly number[])[]

/** Open choices hold four numbers each, undo records three; past this many numbers a match takes too much memory. */
const mostNumbers = 12_000_000
const stepsPerCheck = 256

/** The bound of a choice that starts an instruction; any other goes on with a loop. */
const fresh = -1

const trailCapture = -1
const trailUncapture = -2

const nowhere: Field = { text: '', begin: 0, end: 0, origin: 0 }
const freely = new Meter(undefined)

/**
 * A backtracking matcher without recursion. `choices` holds what may still be tried; `trail` how to undo what happened since.
 * Registers and captures change only through the trail.
 */
export class Machine {
  readonly #program: Program
  #field: Field = nowhere
  #meter: Meter = freely
  readonly #registers: number[]
  readonly #captures: number[][]
  /** Instruction, place, trail height, and a bound for loops. */
  readonly #choices: number[] = []
  readonly #trail: number[] = []

  constructor(program: Program) {
    this.#program = program
    this.#registers = new Array<number>(program.registers).fill(-1)
    this.#captures = Array.from({ length: program.slots }, () => [])
  }

  /** What the next matches are in. A machine serves one search at a time. */
  enter(field: Field, meter: Meter): void {
    this.#field = field
    this.#meter = meter
    this.#choices.length = 0
    this.#undo(0)
  }

  /** Lets go of the text. */
  leave(): void {
    this.enter(nowhere, freely)
  }

  /** Matches at exactly `start`. The captures are this machine's own: a further call changes them. */
  matchAt(start: number): Captures | undefined {
    this.#choices.length = 0
    this.#undo(0)
    const end = this.#run(start)
    if (end < 0) return undefined
    this.#captures[0] = start <= end ? [start, end] : [end, start]
    const found = this.#captures.map(list => list.slice())
    this.#captures[0] = []
    return found
  }

  /** The place where the match ended; -1 when there is none. One loop over all operations: calls would double the cost of a step. */
  #run(start: number): number {
    const { code, entry } = this.#program
    const choices = this.#choices
    let at = start
    let ip = entry
    let steps = 0
    for (;;) {
      if (++steps >= stepsPerCheck) {
        this.#check(steps)
        steps = 0
      }
      const step = code[ip] as Instruction // every target is an instruction
      let ok = true
      switch (step.op) {
        case op.match:
          this.#meter.take(steps)
          return at
        case op.char:
        case op.set: {
          const place = step.rightToLeft ? at - 1 : at
          ok = this.#fits(step, place)
          if (ok) at = step.rightToLeft ? place : place + 1
          break
        }
        case op.charLoop: {
          const count = this.#countFitting(step, at)
          steps += count >> 1
          if (count < step.x) ok = false
          else {
            const direction = step.rightToLeft ? -1 : 1
            if (step.lazy) {
              at += direction * step.x
              if (step.y > step.x) this.#offer(ip, at, step.x)
            } else {
              if (count > step.x) this.#offer(ip, at + direction * count, at + direction * step.x)
              at += direction * count
            }
          }
          break
        }
        case op.anchor:
          ok = this.#holds(step.anchor as Anchor, at) // set for this op
          break
        case op.backreference: {
          const after = this.#backreference(step, at)
          ok = after >= 0
          if (ok) at = after
          break
        }
        case op.split:
          this.#offer(step.x, at, fresh)
          break
        case op.mark:
          this.#set(step.x, at)
          break
        case op.capture:
          ok = this.#capture(step, at)
          break
        case op.loopStart:
          this.#set(step.x, 0)
          this.#set(step.x + 1, -1)
          break
        case op.loopTurn: {
          const count = this.#registers[step.x] ?? 0
          const again = count < step.y || (count < step.z && at !== this.#registers[step.x + 1])
          if (again && (count < step.y || !step.lazy)) {
            if (count >= step.y) this.#offer(step.next, at, fresh)
            this.#turn(step, at, count)
            ip = step.body
            continue
          }
          if (again) this.#offer(ip, at, count)
          break
        }
        case op.enter:
          this.#set(step.x, choices.length)
          this.#set(step.x + 1, at)
          break
        case op.leave:
          choices.length = this.#registers[step.x] ?? 0
          if (step.y === 1) at = this.#registers[step.x + 1] ?? at
          break
        case op.refuse:
          choices.length = this.#registers[step.x] ?? 0
          ok = false
          break
        case op.ifGroup:
          if ((this.#captures[step.x]?.length ?? 0) === 0) {
            ip = step.y
            continue
          }
          break
        default:
          ok = false
      }
      if (ok) {
        ip = step.next
        continue
      }
      // back to the choice made last that still leads somewhere
      for (;;) {
        if (choices.length === 0) {
          this.#meter.take(steps)
          return -1
        }
        const bound = choices.pop() as number // choices come in fours
        this.#undo(choices.pop() as number)
        at = choices.pop() as number
        ip = choices.pop() as number
        if (bound === fresh) break
        const chosen = code[ip] as Instruction // as above
        if (chosen.op === op.loopTurn) {
          this.#turn(chosen, at, bound)
          ip = chosen.body
          break
        }
        at = this.#retryCharLoop(chosen, ip, at, bound)
        ip = chosen.next
        if (at >= 0) break
        steps++
      }
    }
  }

  #check(steps: number): void {
    this.#meter.take(steps)
    if (this.#choices.length + this.#trail.length > mostNumbers) throw new BudgetExceeded()
  }

  #offer(ip: number, at: number, bound: number): void {
    this.#choices.push(ip, at, this.#trail.length, bound)
  }

  #turn(step: Instruction, at: number, count: number): void {
    this.#set(step.x, count + 1)
    this.#set(step.x + 1, at)
  }

  #set(register: number, value: number): void {
    this.#trail.push(this.#registers[register] ?? -1, 0, register)
    this.#registers[register] = value
  }

  #undo(height: number): void {
    const trail = this.#trail
    while (trail.length > height) {
      const what = trail.pop() as number // records come in threes
      const second = trail.pop() as number
      const first = trail.pop() as number
      if (what >= 0) this.#registers[what] = first
      else if (what === trailCapture) {
        const list = this.#captures[first]
        if (list !== undefined) list.length -= 2
      } else {
        // an uncapture is two records: the slot, then its start and end
        const slot = trail[trail.length - 3] as number
        trail.length -= 3
        this.#captures[slot]?.push(first, second)
      }
    }
  }

  #fits(step: Instruction, place: number): boolean {
    const { text, begin, end } = this.#field
    if (place < begin || place >= end) return false
    const unit = text.charCodeAt(place)
    if (step.set !== null) return step.set.has(unit)
    return unit === step.unit || (step.ignoreCase && lowerUnit(unit) === step.unit)
  }

  /** How many fitting units follow, up to the loop's maximum; a lazy loop asks for its minimum only. */
  #countFitting(step: Instruction, at: number): number {
    const most = step.lazy ? step.x : step.y
    const direction = step.rightToLeft ? -1 : 1
    let place = step.rightToLeft ? at - 1 : at
    let count = 0
    while (count < most && this.#fits(step, place)) {
      count++
      place += direction
    }
    return count
  }

  /** The next place to go on from: one unit less for a greedy loop, one more for a lazy one. -1 when there is none. */
  #retryCharLoop(step: Instruction, ip: number, at: number, bound: number): number {
    const direction = step.rightToLeft ? -1 : 1
    if (step.lazy) {
      if (!this.#fits(step, step.rightToLeft ? at - 1 : at)) return -1
      if (bound + 1 < step.y) this.#offer(ip, at + direction, bound + 1)
      return at + direction
    }
    const back = at - direction
    if (back !== bound) this.#offer(ip, back, bound)
    return back
  }

  #holds(anchor: Anchor, at: number): boolean {
    const { text, begin, end, origin } = this.#field
    switch (anchor) {
      case 'beginning':
        return at === begin
      case 'line-start':
        return at === begin || text.charCodeAt(at - 1) === 10
      case 'line-end':
        return at === end || text.charCodeAt(at) === 10
      case 'end':
        return at === end
      case 'end-or-newline':
        return at === end || (at === end - 1 && text.charCodeAt(at) === 10)
      case 'start':
        return at === origin
      case 'boundary':
        return this.#isBoundary(at, isWordUnit)
      case 'not-boundary':
        return !this.#isBoundary(at, isWordUnit)
      case 'ecma-boundary':
        return this.#isBoundary(at, isEcmaWordUnit)
      case 'not-ecma-boundary':
        return !this.#isBoundary(at, isEcmaWordUnit)
    }
  }

  #isBoundary(at: number, isWord: (unit: number) => boolean): boolean {
    const { text, begin, end } = this.#field
    return (at > begin && isWord(text.charCodeAt(at - 1))) !== (at < end && isWord(text.charCodeAt(at)))
  }

  /** Where the repeated text ends; -1 when it is not there. */
  #backreference(step: Instruction, at: number): number {
    const { text, begin, end } = this.#field
    const list = this.#captures[step.x] ?? []
    const from = list.at(-2)
    const to = list.at(-1)
    if (from === undefined || to === undefined) return step.ecma ? at : -1
    const length = to - from
    const start = step.rightToLeft ? at - length : at
    if (start < begin || start + length > end) return -1
    this.#meter.take(length >> 2)
    for (let i = 0; i < length; i++) {
      const a = text.charCodeAt(from + i)
      const b = text.charCodeAt(start + i)
      if (a !== b && !(step.ignoreCase && lowerUnit(a) === lowerUnit(b))) return -1
    }
    return step.rightToLeft ? start : start + length
  }

  #capture(step: Instruction, at: number): boolean {
    const mark = this.#registers[step.x] ?? at
    let from = Math.min(mark, at)
    let to = Math.max(mark, at)
    if (step.z >= 0) {
      const balanced = this.#uncapture(step.z)
      if (balanced === undefined) return false
      ;[from, to] = between(balanced, from, to)
    }
    if (step.y >= 0) {
      this.#captures[step.y]?.push(from, to)
      this.#trail.push(step.y, 0, trailCapture)
    }
    return true
  }

  /** Takes the last capture off a slot; undefined when it has none. */
  #uncapture(slot: number): readonly [number, number] | undefined {
    const list = this.#captures[slot]
    const to = list?.pop()
    const from = list?.pop()
    if (from === undefined || to === undefined) return undefined
    this.#trail.push(slot, 0, 0, from, to, trailUncapture)
    return [from, to]
  }
}

/** What a balancing group captures: the text between the popped capture and itself. */
function between([from, to]: readonly [number, number], start: number, end: number): [number, number] {
  if (start >= to) return [to, start]
  if (end <= from) return [end, from]
  return [Math.max(start, from), Math.min(end, to)]
}
