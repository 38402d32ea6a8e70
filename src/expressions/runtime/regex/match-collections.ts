import { spend } from '../../types/budget.ts'
import { lookupType } from '../../types/registry.ts'
import type { NamedType } from '../../types/type.ts'
import { netType } from '../../types/values.ts'
import { outOfRange } from '../collections/argument-errors.ts'
import { cost } from '../collections/costs.ts'
import type { NetCapture, NetGroup, NetMatch } from './match.ts'

const namespace = 'System.Text.RegularExpressions'
const badIndex = () => outOfRange('i', 'Specified argument was out of the range of valid values.')

/** `MatchCollection`: finds matches as they are asked for. */
export class MatchList {
  readonly #found: NetMatch[] = []
  readonly #rest: Iterator<NetMatch>

  constructor(matches: Iterator<NetMatch>) {
    this.#rest = matches
  }

  get [netType](): NamedType {
    return lookupType(`${namespace}.MatchCollection`)
  }

  /** Finds matches until there are that many; whether there are. */
  #reach(count: number): boolean {
    while (this.#found.length < count) {
      const next = this.#rest.next()
      if (next.done === true) return false
      spend(cost.entry)
      this.#found.push(next.value)
    }
    return true
  }

  get count(): number {
    this.#reach(Number.POSITIVE_INFINITY)
    return this.#found.length
  }

  getAt(index: number): NetMatch {
    const match = index >= 0 && this.#reach(index + 1) ? this.#found[index] : undefined
    if (match === undefined) throw badIndex()
    return match
  }

  *[Symbol.iterator](): Generator<NetMatch> {
    for (let i = 0; this.#reach(i + 1); i++) yield this.getAt(i)
  }
}

export class GroupList {
  readonly #match: NetMatch

  constructor(match: NetMatch) {
    this.#match = match
  }

  get [netType](): NamedType {
    return lookupType(`${namespace}.GroupCollection`)
  }

  get count(): number {
    return this.#match.groups.length
  }

  get(which: number | string): NetGroup {
    return this.#match.group(which)
  }

  [Symbol.iterator](): Iterator<NetGroup> {
    return this.#match.groups[Symbol.iterator]()
  }
}

export class CaptureList {
  readonly #captures: readonly NetCapture[]

  constructor(group: NetGroup) {
    this.#captures = group.captures
  }

  get [netType](): NamedType {
    return lookupType(`${namespace}.CaptureCollection`)
  }

  get count(): number {
    return this.#captures.length
  }

  getAt(index: number): NetCapture {
    const capture = this.#captures[index]
    if (capture === undefined) throw badIndex()
    return capture
  }

  [Symbol.iterator](): Iterator<NetCapture> {
    return this.#captures[Symbol.iterator]()
  }
}
