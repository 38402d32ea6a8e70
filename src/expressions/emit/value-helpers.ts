import { iterate, MultiArray, makeArray, markArray, type NetArray, outOfRange } from '../types/arrays.ts'
import { box, equalsBoxed, textOf, typeOf } from '../types/boxing.ts'
import { spend } from '../types/budget.ts'
import { isInstance, unbox } from '../types/casting.ts'
import { fail, NetException } from '../types/exceptions.ts'
import { isString } from '../types/facts.ts'
import { baseClass, interfacesOf } from '../types/hierarchy.ts'
import { membersOf } from '../types/signature.ts'
import { ArrayType, NamedType, type Type } from '../types/type.ts'
import { Boxed, netType, type Raw, type Typed, type Value, type Virtuals } from '../types/values.ts'

/** What emitted code calls for values: null checks, arrays, casts, text, exceptions. */

export function nullReference(): never {
  return fail('System.NullReferenceException', 'Object reference not set to an instance of an object.')
}

export function noValue(): never {
  return fail('System.InvalidOperationException', 'Nullable object must have a value.')
}

/** What `lock` does with null. */
export function nullArgument(): never {
  return fail('System.ArgumentNullException', 'Value cannot be null.')
}

type Indexable = NetArray | Uint8Array | null

/** `array[index]`. */
export function elementAt(array: Indexable, index: number | bigint): Raw {
  if (array === null) return nullReference()
  const i = Number(index)
  if (i < 0 || i >= array.length) throw outOfRange()
  return array[i]
}

/** `array[index] = value`; gives the value. */
export function setElement(array: Indexable, index: number | bigint, value: Raw): Raw {
  if (array === null) return nullReference()
  const i = Number(index)
  if (i < 0 || i >= array.length) throw outOfRange()
  ;(array as Raw[])[i] = value // a Uint8Array takes the raw bytes that its static type admits
  return value
}

/** `array[index] = value` where the array may be one of a narrower element type: ArrayTypeMismatchException when the value is none of those. */
export function setCovariantElement(array: Indexable, index: number | bigint, value: Raw, declared: Type): Raw {
  const own = array instanceof Uint8Array ? undefined : array?.[netType]
  const i = Number(index)
  // a null array or an index outside comes first
  if (
    array !== null &&
    own !== undefined &&
    own !== declared &&
    i >= 0 &&
    i < array.length &&
    value !== null &&
    !isInstance(value, own.element)
  )
    return fail('System.ArrayTypeMismatchException', 'Attempted to access an element as a type incompatible with the array.')
  return setElement(array, index, value)
}

export function multiElementAt(array: MultiArray | null, indexes: readonly (number | bigint)[]): Raw {
  if (array === null) return nullReference()
  return array.items[array.offset(indexes.map(Number))]
}

export function setMultiElement(array: MultiArray | null, indexes: readonly (number | bigint)[], value: Raw): Raw {
  if (array === null) return nullReference()
  array.items[array.offset(indexes.map(Number))] = value
  return value
}

export function multiArrayOf(element: Type, lengths: readonly number[], items: Raw[]): MultiArray {
  return new MultiArray(ArrayType.of(element, lengths.length), lengths, items)
}

/** An array, not of bytes, of the items as they stand in the source. */
export function arrayOfType(type: ArrayType, items: Raw[]): NetArray {
  spend(items.length)
  return markArray(type, items)
}

/** An array of the items as they stand in the source. */
export function arrayOf(element: Type, items: Raw[]): NetArray | Uint8Array {
  spend(items.length)
  return makeArray(element, items)
}

// Casts of boxed values, the frequent ones first

export function toText(value: Value, type: Type): string | null {
  return typeof value === 'string' || value === null ? value : (unbox(type, value) as string) // unbox answers or throws
}

export function toNumber(value: Value, type: Type): Raw {
  return typeof value === 'number' ? value : unbox(type, value)
}

export function toBoolean(value: Value, type: Type): Raw {
  return typeof value === 'boolean' ? value : unbox(type, value)
}

/** A class, the usual case of the very type first. */
export function toInstance(value: Value, type: Type): Raw {
  return value === null || (value as Partial<Typed>)[netType] === type ? value : unbox(type, value) // any other value has the field or lacks it
}

export function makeBoxed(type: NamedType, value: number | bigint): Boxed {
  return new Boxed(type, value)
}

export function makeNullableBoxed(type: Type, value: Raw): Value {
  return value === null ? null : box(type, value)
}

/** `==` of two values of type object: the same reference. Two boxes are never that, whatever they hold. */
export function sameReference(left: Value, right: Value): boolean {
  return left === right && typeof left !== 'number' && typeof left !== 'bigint' && typeof left !== 'boolean'
}

// Text

export const boolText = (value: boolean) => (value ? 'True' : 'False')

/** Joins what makes a string inside a loop or a function that may be called often: counts its length. */
export function counted(text: string): string {
  spend(1 + (text.length >> 4))
  return text
}

/** A hole of an interpolated string with alignment or format, as string.Format writes it in the invariant culture. */
export function formatHole(value: Value, alignment: number, format: string | null): string {
  const text = format === null ? textOf(value) : formatted(value, format)
  return alignment >= 0 ? text.padStart(alignment) : text.padEnd(-alignment)
}

function formatted(value: Value, format: string): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return textOf(value)
  if (value instanceof Boxed || typeof value === 'number' || typeof value === 'bigint') return formatByTable(value, format)
  const own = value as Virtuals // an instance
  if (own.netToString === undefined) return formatByTable(value, format)
  return own.netToString(format) ?? ''
}

function formatByTable(value: Value, format: string): string {
  const type = typeOf(value)
  const definition = type instanceof NamedType ? type.definition : undefined
  const enumeration = definition?.kind === 'enum' ? enumFormatter(type) : undefined
  const methods = enumeration ?? (definition === undefined ? [] : (membersOf(definition).methods.get('ToString') ?? []))
  const withProvider = methods.find(each => each.parameters.length === 2 && isString(each.parameters[0]?.type ?? type))
  const plain = methods.find(each => each.parameters.length === 1 && isString(each.parameters[0]?.type ?? type))
  const self = enumeration !== undefined ? value : value instanceof Boxed ? value.value : value
  if (withProvider?.run !== undefined) return String(withProvider.run(self, format, null) ?? '')
  if (plain?.run !== undefined) return String(plain.run(self, format) ?? '')
  return textOf(value)
}

/** Enums format through System.Enum, on the boxed value. */
function enumFormatter(type: Type) {
  const base = baseClass(type)
  return base === undefined ? undefined : membersOf(base.definition).methods.get('ToString')
}

// Enumeration

/** The elements of something that is only a plain IEnumerable, boxed. */
export function* iterateBoxed(source: Value): Iterable<Value> {
  if (source === null) nullReference()
  const type = typeof source === 'string' ? undefined : typeOf(source)
  const element = type instanceof ArrayType ? type.element : type === undefined ? undefined : elementType(type)
  for (const item of iterate(source))
    yield typeof source === 'string' ? makeChar(item) : element === undefined ? item : box(element, item)
}

let charType: NamedType | undefined

function makeChar(item: Raw): Value {
  charType ??= membersOf((typeOf('') as NamedType).definition).indexers[0]?.type as NamedType // string's indexer gives char
  return box(charType, item)
}

function elementType(type: Type): Type | undefined {
  const all = type instanceof NamedType ? [type, ...interfacesOf(type)] : interfacesOf(type)
  return all.find(each => each.definition.fullName === 'System.Collections.Generic.IEnumerable')?.args[0]
}

/** An iterator function's result: enumerable again and again. */
export class Generated {
  readonly [netType]: Type
  readonly #run: () => Iterator<Raw>

  constructor(type: Type, run: () => Iterator<Raw>) {
    this[netType] = type
    this.#run = run
  }

  [Symbol.iterator](): Iterator<Raw> {
    return this.#run()
  }
}

export const generate = (type: Type, run: () => Iterator<Raw>) => new Generated(type, run)

// Exceptions

/** What a catch clause may see: budget failures and faults of our own pass through. */
export function caught(error: unknown): NetException {
  if (error instanceof NetException) return error
  throw error
}

export function raise(exception: NetException | null): never {
  if (exception === null) nullReference()
  throw exception
}

// Delegates

type Delegate = ((...args: unknown[]) => unknown) & { readonly parts?: readonly Delegate[] }

const partsOf = (delegate: Delegate | null): readonly Delegate[] => (delegate === null ? [] : (delegate.parts ?? [delegate]))

function multicast(parts: readonly Delegate[]): Delegate | null {
  spend(parts.length * 8)
  const [only] = parts
  if (only === undefined || parts.length === 1) return only ?? null
  const all: Delegate = (...args) => {
    let result: unknown
    for (const part of parts) result = part(...args)
    return result
  }
  Object.defineProperty(all, 'parts', { value: parts })
  return all
}

export const combine = (left: Delegate | null, right: Delegate | null) => multicast([...partsOf(left), ...partsOf(right)])

export function removeDelegate(left: Delegate | null, right: Delegate | null): Delegate | null {
  const parts = partsOf(left)
  const gone = partsOf(right)
  for (let at = parts.length - gone.length; at >= 0 && gone.length > 0; at--) {
    if (gone.every((part, i) => parts[at + i] === part))
      return multicast([...parts.slice(0, at), ...parts.slice(at + gone.length)])
  }
  return left
}

/** A constant pattern against a boxed value. */
export const matches = (value: Value, constant: Value) => equalsBoxed(value, constant)

/** `a & b`, `a | b` of bool?. */
export function andNullable(left: boolean | null, right: boolean | null): boolean | null {
  if (left === false || right === false) return false
  return left === null || right === null ? null : true
}

export function orNullable(left: boolean | null, right: boolean | null): boolean | null {
  if (left === true || right === true) return true
  return left === null || right === null ? null : false
}
