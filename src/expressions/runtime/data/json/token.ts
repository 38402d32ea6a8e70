import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { NamedType } from '../../../types/type.ts'
import { netType } from '../../../types/values.ts'
import { type PathStep, pathOf } from './position.ts'
import { TextWriter } from './text-writer.ts'
import type { Kind } from './token-kind.ts'
import type { WriteStyle } from './write-style.ts'

/** Where a token began in the text it was parsed from: line from 1, position within the line as Newtonsoft counts it. */
export interface Place {
  readonly line: number
  readonly position: number
}

/** Newtonsoft's JToken: a node of a JSON tree that knows its parent. */
export abstract class JToken {
  parent: JContainer | null = null
  place: Place | undefined = undefined
  abstract readonly kind: Kind
  /** The .NET name, for messages. */
  abstract readonly netName: string

  get [netType](): NamedType {
    return lookupType(this.netName)
  }

  /** Takes of the budget what keeping a token costs in memory: about ten bytes a step. */
  constructor(steps = 8) {
    spend(steps)
  }

  abstract writeTo(writer: TextWriter): void
  abstract clone(): JToken
  abstract deepEquals(other: JToken): boolean
  abstract deepHash(): number

  /** The tokens directly under this one: none for a value. */
  get children(): readonly JToken[] {
    return []
  }

  /** As a plain `IEnumerable<JToken>`: its children. */
  [Symbol.iterator](): Iterator<JToken> {
    return this.enumerate()
  }

  /** Its children one by one; a change on the way ends it with .NET's exception. */
  *enumerate(): Generator<JToken> {
    const children = this.children
    const length = children.length
    for (let i = 0; i < children.length; i++) {
      spend()
      yield children[i] as JToken // i is below the length
      if (children.length !== length)
        fail('System.InvalidOperationException', 'Collection was modified; enumeration operation may not execute.')
    }
  }

  /** `ToString()`: indented. */
  netToString(): string | null {
    return this.toText(true)
  }

  toText(indented: boolean, style?: WriteStyle): string {
    const writer = new TextWriter(indented, style)
    this.writeTo(writer)
    return writer.text
  }

  get root(): JToken {
    let top: JToken = this
    while (top.parent !== null) top = top.parent
    return top
  }

  get path(): string {
    const steps: PathStep[] = []
    let below: JToken | null = null
    for (let at: JToken | null = this; at !== null; at = at.parent) {
      const step = at.stepTo(below)
      if (step !== undefined) steps.push(step)
      below = at
    }
    return pathOf(steps.reverse())
  }

  /** What this token adds to the path of `child`, which is null when the path ends here. */
  protected stepTo(_child: JToken | null): PathStep | undefined {
    return undefined
  }

  get next(): JToken | null {
    return this.sibling(1)
  }

  get previous(): JToken | null {
    return this.sibling(-1)
  }

  private sibling(by: number): JToken | null {
    if (this.parent === null) return null
    return this.parent.children[this.parent.indexOf(this) + by] ?? null
  }

  /** C#'s `Remove()`. */
  detach(): void {
    this.mustHaveParent().removeChild(this)
  }

  replace(value: JToken | null): void {
    this.mustHaveParent().replaceChild(this, value)
  }

  /** The parent, for what makes no sense without one. */
  mustHaveParent(): JContainer {
    return this.parent ?? fail('System.InvalidOperationException', 'The parent is missing.')
  }

  /** Parent, its parent and so on; from itself when `self`. */
  *ancestors(self: boolean): Generator<JToken> {
    for (let at: JToken | null = self ? this : this.parent; at !== null; at = at.parent) {
      spend()
      yield at
    }
  }

  *afterSelf(): Generator<JToken> {
    for (let at = this.next; at !== null; at = at.next) {
      spend()
      yield at
    }
  }

  *beforeSelf(): Generator<JToken> {
    if (this.parent === null) return
    for (let at = this.parent.children[0] ?? null; at !== null && at !== this; at = at.next) {
      spend()
      yield at
    }
  }

  /** `Add` of a dynamic or static JToken without children. */
  cannotAccessChild(): never {
    return fail('System.InvalidOperationException', `Cannot access child value on ${this.netName}.`)
  }
}

/** A token with children. Subclasses keep them; `items` is theirs alone. */
export abstract class JContainer extends JToken {
  abstract override get children(): readonly JToken[]

  /** Puts an item in its place; null stands for JSON's null. Answers whether something was inserted. */
  abstract insertAt(index: number, item: JToken | null, skipParentCheck?: boolean): boolean
  abstract removeAt(index: number): void
  abstract setAt(index: number, item: JToken | null): void
  abstract clear(): void

  // What collections/protocol.ts asks of a list.
  get count(): number {
    return this.children.length
  }

  get isReadOnly(): boolean {
    return false
  }

  contains(item: JToken | null): boolean {
    return this.indexOf(item) >= 0
  }

  add(item: JToken | null): void {
    this.insertAt(this.children.length, item)
  }

  remove(item: JToken | null): boolean {
    return this.removeChild(item)
  }

  getAt(index: number): JToken {
    return this.children[index] ?? outOfRange()
  }

  insert(index: number, item: JToken | null): void {
    this.insertAt(index, item)
  }

  /** Pays for looking through all: texts of callers decide how many children there are, and how often one is looked for. */
  indexOf(item: JToken | null): number {
    if (item?.parent !== this) return -1
    spend(this.children.length >> 5)
    return this.children.indexOf(item)
  }

  removeChild(item: JToken | null): boolean {
    const index = this.indexOf(item)
    if (index < 0) return false
    this.removeAt(index)
    return true
  }

  replaceChild(child: JToken, by: JToken | null): void {
    this.setAt(this.indexOf(child), by)
  }

  /** Everything below, in document order. */
  *descendants(self: boolean): Generator<JToken> {
    if (self) yield this
    const open: { readonly of: JContainer; at: number }[] = [{ of: this, at: 0 }]
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      spend()
      const child = top.of.children[top.at++]
      if (child === undefined) {
        open.pop()
        continue
      }
      yield child
      if (child instanceof JContainer) open.push({ of: child, at: 0 })
    }
  }

  /** The item as it may hang here: a token that already hangs somewhere is copied, as Newtonsoft does. */
  protected adopt(item: JToken): JToken {
    const taken = item.parent !== null || item === this || (item.children.length > 0 && this.root === item)
    return taken ? item.clone() : item
  }
}

/** .NET's message for a wrong index into a list. */
export function outOfRange(): never {
  return fail(
    'System.ArgumentOutOfRangeException',
    'Index was out of range. Must be non-negative and less than the size of the collection.\r\nParameter name: index',
  )
}
