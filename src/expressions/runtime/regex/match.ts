import { lookupType } from '../../types/registry.ts'
import type { NamedType } from '../../types/type.ts'
import { netType } from '../../types/values.ts'
import type { Captures } from './machine.ts'

const namespace = 'System.Text.RegularExpressions'

export class NetCapture {
  readonly text: string
  readonly index: number
  readonly length: number

  constructor(text: string, index: number, length: number) {
    this.text = text
    this.index = index
    this.length = length
  }

  get [netType](): NamedType {
    return lookupType(`${namespace}.Capture`)
  }

  get value(): string {
    return this.text.slice(this.index, this.index + this.length)
  }

  netToString(): string {
    return this.value
  }
}

/** A group of a match. Its own value is that of its last capture; a group without one failed, at 0 with nothing. */
export class NetGroup extends NetCapture {
  readonly name: string
  readonly #places: readonly number[]

  /** `places`: start and end of each capture. */
  constructor(text: string, places: readonly number[], name: string) {
    const from = places.at(-2) ?? 0
    super(text, from, (places.at(-1) ?? 0) - from)
    this.name = name
    this.#places = places
  }

  override get [netType](): NamedType {
    return lookupType(`${namespace}.Group`)
  }

  get success(): boolean {
    return this.#places.length > 0
  }

  get captures(): NetCapture[] {
    const found: NetCapture[] = []
    for (let i = 0; i < this.#places.length; i += 2) {
      const from = this.#places[i] ?? 0
      found.push(new NetCapture(this.text, from, (this.#places[i + 1] ?? from) - from))
    }
    // the last capture is the group itself in .NET
    if (found.length > 0) found[found.length - 1] = this
    return found
  }
}

/** What a match needs of the regular expression that made it. */
export interface Matcher {
  /** The captures of a match that was found without them. */
  capturesOf(match: NetMatch): Captures
  readonly groups: readonly number[]
  readonly names: readonly string[]
  readonly rightToLeft: boolean
  /** The slot of a group by number or name; -1 when there is none. */
  slotOf(group: number | string): number
  next(after: NetMatch): NetMatch
}

export class NetMatch extends NetGroup {
  readonly matcher: Matcher | undefined
  /** The field that was searched. */
  readonly begin: number
  readonly end: number
  #captures: Captures | undefined
  #groups: readonly NetGroup[] | undefined

  /** `place`: start and end, empty when nothing matched. `captures`: undefined until somebody asks for groups. */
  constructor(
    text: string,
    place: readonly number[],
    captures: Captures | undefined,
    matcher: Matcher | undefined,
    field: { begin: number; end: number },
  ) {
    super(text, place, '0')
    this.matcher = matcher
    this.begin = field.begin
    this.end = field.end
    this.#captures = captures
  }

  override get [netType](): NamedType {
    return lookupType(`${namespace}.Match`)
  }

  get groups(): readonly NetGroup[] {
    if (this.#groups !== undefined) return this.#groups
    this.#captures ??= this.matcher?.capturesOf(this) ?? []
    const captures = this.#captures
    const names = this.matcher?.names ?? ['0']
    this.#groups = names.map((name, slot) => (slot === 0 ? this : new NetGroup(this.text, captures[slot] ?? [], name)))
    return this.#groups
  }

  /** By number or name; a group that the pattern does not have is one that failed. */
  group(which: number | string): NetGroup {
    const slot = this.matcher?.slotOf(which) ?? (which === 0 || which === '0' ? 0 : -1)
    return this.groups[slot] ?? failedGroup(this.text)
  }

  nextMatch(): NetMatch {
    return this.matcher === undefined ? this : this.matcher.next(this)
  }
}

const failedGroup = (_text: string) => new NetGroup('', [], '')

/** `Match.Empty`: what did not match. */
export const noMatch = new NetMatch('', [], [], undefined, { begin: 0, end: 0 })
