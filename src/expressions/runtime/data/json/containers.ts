import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import { nested } from '../nesting.ts'
import type { PathStep } from './position.ts'
import { PropertyIndex } from './property-index.ts'
import type { TextWriter } from './text-writer.ts'
import { JContainer, type JToken, outOfRange } from './token.ts'
import { kind } from './token-kind.ts'
import { JValue } from './value.ts'

/** The list behind JArray and JConstructor. */
abstract class JList extends JContainer {
  readonly items: JToken[] = []

  constructor() {
    super(16)
  }

  override get children(): readonly JToken[] {
    return this.items
  }

  override insertAt(index: number, item: JToken | null, skipParentCheck = false): boolean {
    spend()
    const token = item === null ? JValue.null() : skipParentCheck ? item : this.adopt(item)
    this.validate(token)
    if (index < 0 || index > this.items.length) outOfRange()
    token.parent = this
    if (index === this.items.length) this.items.push(token)
    else this.items.splice(index, 0, token)
    return true
  }

  override removeAt(index: number): void {
    const [gone] = index < 0 ? [] : this.items.splice(index, 1)
    if (gone === undefined) outOfRange()
    gone.parent = null
  }

  override setAt(index: number, item: JToken | null): void {
    const old = this.items[index] ?? outOfRange()
    if (old === item) return
    const token = item === null ? JValue.null() : this.adopt(item)
    this.validate(token)
    old.parent = null
    token.parent = this
    this.items[index] = token
  }

  override clear(): void {
    for (const item of this.items) item.parent = null
    this.items.length = 0
  }

  protected override stepTo(child: JToken | null): PathStep | undefined {
    return child === null ? undefined : this.indexOf(child)
  }

  private validate(token: JToken): void {
    if (token instanceof JProperty) fail('System.ArgumentException', `Can not add ${token.netName} to ${this.netName}.`)
  }

  protected copyItems(from: JList): void {
    spend(from.items.length)
    nested(() => {
      for (const item of from.items) {
        const copy = item.clone()
        copy.parent = this
        this.items.push(copy)
      }
    })
  }

  protected writeItems(writer: TextWriter, open: string, close: string): void {
    writer.open(open)
    nested(() => {
      for (const item of this.items) item.writeTo(writer)
    })
    writer.close(close)
  }

  protected sameItems(other: JList): boolean {
    spend(this.items.length)
    return nested(() => {
      if (this.items.length !== other.items.length) return false
      return this.items.every((item, i) => item.deepEquals(other.items[i] as JToken)) // the lengths are equal
    })
  }

  override deepHash(): number {
    return nested(() => this.items.reduce((hash, item) => hash ^ item.deepHash(), 0))
  }
}

export class JArray extends JList {
  override readonly kind = kind.Array
  override readonly netName = 'Newtonsoft.Json.Linq.JArray'

  override clone(): JArray {
    const copy = new JArray()
    copy.copyItems(this)
    return copy
  }

  override writeTo(writer: TextWriter): void {
    this.writeItems(writer, '[', ']')
  }

  override deepEquals(other: JToken): boolean {
    return other instanceof JArray && this.sameItems(other)
  }
}

/** `new Date(0)` in JSON text: Newtonsoft's own extension. */
export class JConstructor extends JList {
  override readonly kind = kind.Constructor
  override readonly netName = 'Newtonsoft.Json.Linq.JConstructor'
  name: string | null

  constructor(name: string | null) {
    super()
    if (name === '') fail('System.ArgumentException', 'Constructor name cannot be empty.\r\nParameter name: name')
    this.name = name
  }

  override clone(): JConstructor {
    const copy = new JConstructor(this.name)
    copy.copyItems(this)
    return copy
  }

  override writeTo(writer: TextWriter): void {
    this.writeItems(writer, `new ${this.name ?? ''}(`, ')')
  }

  override deepEquals(other: JToken): boolean {
    return other instanceof JConstructor && other.name === this.name && this.sameItems(other)
  }
}

/** A name and its value; the value is never missing, only JSON's null. */
export class JProperty extends JContainer {
  override readonly kind = kind.Property
  override readonly netName = 'Newtonsoft.Json.Linq.JProperty'
  readonly name: string
  #value: JToken | null = null
  #children: readonly JToken[] | undefined

  /** `value` is taken as it is when it hangs nowhere. Without one the property stays empty until it is set. */
  constructor(name: string, value?: JToken | null) {
    super()
    this.name = name
    if (value !== undefined) this.value = value
  }

  override get children(): readonly JToken[] {
    this.#children ??= this.#value === null ? [] : [this.#value]
    return this.#children
  }

  get value(): JToken | null {
    return this.#value
  }

  set value(item: JToken | null) {
    const old = this.#value
    if (old !== null && old === item) return
    const token = item === null ? JValue.null() : this.adopt(item)
    if (token instanceof JProperty) fail('System.ArgumentException', `Can not add ${token.netName} to ${this.netName}.`)
    if (old !== null) old.parent = null
    token.parent = this
    this.#value = token
    this.#children = undefined
  }

  override insertAt(_index: number, item: JToken | null): boolean {
    if (item !== null && item.kind === kind.Comment) return false
    if (this.#value !== null) fail('Newtonsoft.Json.JsonException', `${this.netName} cannot have multiple values.`)
    this.value = item
    return true
  }

  override removeAt(_index: number): never {
    return fail('Newtonsoft.Json.JsonException', `Cannot add or remove items from ${this.netName}.`)
  }

  override removeChild(_item: JToken | null): never {
    return this.removeAt(0)
  }

  override setAt(index: number, item: JToken | null): void {
    if (index !== 0) outOfRange()
    this.value = item
  }

  override clear(): never {
    return this.removeAt(0)
  }

  protected override stepTo(_child: JToken | null): PathStep {
    return this.name
  }

  override clone(): JProperty {
    spend()
    const value = this.value
    return nested(() => new JProperty(this.name, value === null ? undefined : value.clone()))
  }

  override writeTo(writer: TextWriter): void {
    writer.name(this.name)
    const value = this.value
    if (value === null) writer.raw('null')
    else value.writeTo(writer)
  }

  /** A property stands for a pair where an object is enumerated as a dictionary. */
  get key(): string {
    return this.name
  }

  override deepEquals(other: JToken): boolean {
    if (!(other instanceof JProperty) || other.name !== this.name) return false
    const mine = this.value
    const theirs = other.value
    return mine === null || theirs === null ? mine === theirs : nested(() => mine.deepEquals(theirs))
  }

  override deepHash(): number {
    return textHash(this.name) ^ nested(() => this.value?.deepHash() ?? 0)
  }
}

/** Properties in order, found by name. */
export class JObject extends JContainer {
  override readonly kind = kind.Object
  override readonly netName = 'Newtonsoft.Json.Linq.JObject'
  readonly properties: JProperty[] = []
  readonly #index = new PropertyIndex(this.properties)

  constructor() {
    super(40)
  }

  override get children(): readonly JProperty[] {
    return this.properties
  }

  // The halves of collections/protocol.ts that a dictionary needs. There is no `entries`, so that plain enumeration gives tokens;
  // its properties stand for the pairs.
  get size(): number {
    return this.properties.length
  }

  has(name: string): boolean {
    return this.#index.find(name) !== undefined
  }

  *keys(): Generator<string> {
    for (const property of this.enumerate()) yield (property as JProperty).name // an object holds properties only
  }

  *values(): Generator<JToken | null> {
    for (const property of this.enumerate()) yield (property as JProperty).value // as above
  }

  delete(name: string): boolean {
    return this.removeNamed(name)
  }

  property(name: string): JProperty | undefined {
    return this.#index.find(name)
  }

  /** undefined when there is no such property. */
  get(name: string): JToken | undefined {
    return this.#index.find(name)?.value ?? undefined
  }

  /** The indexer's set: replaces the value in its place, or appends. */
  set(name: string, value: JToken | null): void {
    const property = this.#index.find(name)
    if (property !== undefined) property.value = value
    else this.insertAt(this.properties.length, new JProperty(name, value))
  }

  /** A property that is new here and hangs nowhere; what a parser makes. */
  append(property: JProperty): void {
    spend()
    property.parent = this
    this.properties.push(property)
    this.#index.added(property)
  }

  override insertAt(index: number, item: JToken | null, skipParentCheck = false): boolean {
    spend()
    if (item !== null && item.kind === kind.Comment) return false
    const property = this.valid(item === null ? JValue.null() : skipParentCheck ? item : this.adopt(item), undefined)
    if (index < 0 || index > this.properties.length) outOfRange()
    property.parent = this
    if (index === this.properties.length) this.properties.push(property)
    else this.properties.splice(index, 0, property)
    this.#index.added(property)
    return true
  }

  override removeAt(index: number): void {
    const [gone] = index < 0 ? [] : this.properties.splice(index, 1)
    if (gone === undefined) outOfRange()
    gone.parent = null
    this.#index.removed(gone)
  }

  removeNamed(name: string): boolean {
    const property = this.#index.find(name)
    if (property === undefined) return false
    this.removeAt(this.indexOf(property))
    return true
  }

  override setAt(index: number, item: JToken | null): void {
    const old = this.properties[index] ?? outOfRange()
    if (old === item) return
    const property = this.valid(item === null ? JValue.null() : this.adopt(item), old)
    old.parent = null
    this.#index.removed(old)
    property.parent = this
    this.properties[index] = property
    this.#index.added(property)
  }

  override clear(): void {
    for (const property of this.properties) property.parent = null
    this.properties.length = 0
    this.#index.cleared()
  }

  private valid(token: JToken, replaced: JProperty | undefined): JProperty {
    if (!(token instanceof JProperty)) return fail('System.ArgumentException', `Can not add ${token.netName} to ${this.netName}.`)
    if (token.name !== replaced?.name && this.#index.find(token.name) !== undefined) {
      fail(
        'System.ArgumentException',
        `Can not add property ${token.name} to ${this.netName}. Property with the same name already exists on object.`,
      )
    }
    return token
  }

  override clone(): JObject {
    spend(this.properties.length)
    const copy = new JObject()
    nested(() => {
      for (const property of this.properties) copy.append(property.clone())
    })
    return copy
  }

  override writeTo(writer: TextWriter): void {
    writer.open('{')
    nested(() => {
      for (const property of this.properties) property.writeTo(writer)
    })
    writer.close('}')
  }

  override deepEquals(other: JToken): boolean {
    if (!(other instanceof JObject) || other.properties.length !== this.properties.length) return false
    spend(this.properties.length)
    return nested(() =>
      this.properties.every(mine => {
        const theirs = other.property(mine.name)
        return theirs !== undefined && mine.deepEquals(theirs)
      }),
    )
  }

  override deepHash(): number {
    return nested(() => this.properties.reduce((hash, property) => hash ^ property.deepHash(), 0))
  }
}

export function textHash(text: string): number {
  let hash = 17
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}
