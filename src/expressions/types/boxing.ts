import { enumText } from './enums.ts'
import { fail, NetException } from './exceptions.ts'
import { isDelegate, isEnum, nullableOf, numericKind } from './facts.ts'
import { lookupType } from './registry.ts'
import { ArrayType, NamedType, type Type } from './type.ts'
import { Boxed, netType, type Raw, type Typed, type Value, type Virtuals } from './values.ts'

/** A raw value of static type `type`, made to tell its own type (values.ts). */
export function box(type: Type, raw: Raw): Value {
  switch (boxingOf(type)) {
    case 'none':
      return raw
    case 'wrap':
      return new Boxed(type as NamedType, raw as number | bigint) // boxingOf says so only of number-like types
    case 'nullable':
      return raw === null ? null : box(nullableOf(type) ?? type, raw)
    case 'delegate':
      return stampDelegate(type as NamedType, raw) // boxingOf says so only of delegate types
  }
}

/** What `box` does for a type: nothing, wrap in `Boxed`, look into a nullable, or note a delegate's type on the function. */
export function boxingOf(type: Type): 'none' | 'wrap' | 'nullable' | 'delegate' {
  const known = boxings.get(type)
  if (known !== undefined) return known
  const kind = numericKind(type)
  const wrapped = isEnum(type) || (kind !== undefined && kind !== 'int' && kind !== 'long' && kind !== 'decimal')
  const found = wrapped ? 'wrap' : nullableOf(type) !== undefined ? 'nullable' : isDelegate(type) ? 'delegate' : 'none'
  boxings.set(type, found)
  return found
}

const boxings = new WeakMap<Type, 'none' | 'wrap' | 'nullable' | 'delegate'>()

function stampDelegate(type: NamedType, raw: Raw): Value {
  if (typeof raw === 'function' && !Object.hasOwn(raw, netType)) Object.defineProperty(raw, netType, { value: type })
  return raw
}

/** The raw value inside a boxed one, whatever its type. */
export function rawOf(value: Value): Raw {
  return value instanceof Boxed ? value.value : value
}

// looked up once: every cast asks for them
let stringType: NamedType | undefined
let booleanType: NamedType | undefined
let intType: NamedType | undefined
let longType: NamedType | undefined

/** The .NET type of a boxed value (not null). */
export function typeOf(value: Value): Type {
  switch (typeof value) {
    case 'string':
      stringType ??= lookupType('System.String')
      return stringType
    case 'boolean':
      booleanType ??= lookupType('System.Boolean')
      return booleanType
    case 'number':
      intType ??= lookupType('System.Int32')
      return intType
    case 'bigint':
      longType ??= lookupType('System.Int64')
      return longType
  }
  if (value instanceof Boxed) return value.type
  if (value instanceof Uint8Array) return ArrayType.of(lookupType('System.Byte'))
  const own = (value as Partial<Typed>)[netType] // any other value is an object or function; the field may be missing
  if (own !== undefined) return own
  if (value instanceof NetException) return lookupType(value.fullName)
  throw new TypeError('a value that is no .NET value')
}

/** `object.GetType().FullName`, without an assembly part. */
export const typeNameOf = (value: Value) => nameOf(typeOf(value))

/** As .NET's Type.ToString(): ``System.Collections.Generic.List`1[System.Int32]``. */
export function nameOf(type: Type): string {
  if (type instanceof ArrayType) return `${nameOf(type.element)}[${','.repeat(type.rank - 1)}]`
  if (type instanceof NamedType && type.args.length > 0) return `${type.fullName}[${type.args.map(nameOf).join(',')}]`
  return type.fullName
}

/** `ToString()` of a boxed value that is not null; may be null when an override answers so. */
export function textOrNull(value: Value): string | null {
  switch (typeof value) {
    case 'string':
      return value
    case 'boolean':
      return value ? 'True' : 'False'
    case 'number':
    case 'bigint':
      return String(value)
  }
  if (value instanceof Boxed) return boxedText(value)
  const own = value as Virtuals // what remains are instances, arrays and functions
  return own.netToString === undefined ? defaultText(value) : own.netToString()
}

function defaultText(value: Value): string | null {
  return value instanceof NetException ? `${value.fullName}: ${value.message}` : typeNameOf(value)
}

/** `Convert.ToString(value, InvariantCulture)`, also of null: the empty string. Concatenation and string.Format use it. */
export function textOf(value: Value): string {
  return value === null ? '' : (textOrNull(value) ?? '')
}

function boxedText({ type, value }: Boxed): string {
  const kind = numericKind(type)
  if (kind === 'char') return String.fromCharCode(Number(value))
  if (kind === undefined) return enumText(type, Number(value))
  if (kind !== 'double' && kind !== 'float') return String(value)
  const format = type.definition.table['string ToString()'] ?? type.definition.table['override string ToString()']
  return typeof format === 'function' ? String(format(value)) : String(value)
}

/** `object.Equals(a, b)` on boxed values; nulls are equal. */
export function equalsBoxed(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a === null || b === null) return false
  if (a instanceof Boxed) return b instanceof Boxed && a.type === b.type && Object.is(withoutSign(a.value), withoutSign(b.value))
  if (typeof a !== 'object' && typeof a !== 'function') return false
  const own = a as Virtuals // an instance, array or function
  return own.netEquals?.(b) ?? false
}

/** -0.0 equals 0.0 in .NET, and NaN equals NaN. */
const withoutSign = (value: number | bigint) => (value === 0 ? 0 : value)

/** `GetHashCode()` of a boxed value that is not null. Equal values have equal codes; the numbers are not .NET's. */
export function hashOf(value: Value): number {
  switch (typeof value) {
    case 'string':
      return hashText(value)
    case 'boolean':
      return value ? 1 : 0
    case 'number':
      return value | 0
    case 'bigint':
      return hashLong(value)
  }
  if (value instanceof Boxed) return typeof value.value === 'bigint' ? hashLong(value.value) : hashNumber(value.value)
  const own = value as Virtuals // an instance, array or function
  return own.netHashCode?.() ?? identityHash(value as object)
}

const hashLong = (value: bigint) => Number(BigInt.asIntN(32, value ^ (value >> 32n)))
const hashNumber = (value: number) => (Number.isInteger(value) ? value | 0 : hashText(String(value)))

function hashText(text: string): number {
  let hash = 5381
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 33) ^ text.charCodeAt(i)) | 0
  return hash
}

const identities = new WeakMap<object, number>()
let identityCount = 0

function identityHash(value: object): number {
  const known = identities.get(value)
  if (known !== undefined) return known
  identityCount = (identityCount + 1) | 0
  identities.set(value, identityCount)
  return identityCount
}

/**
 * `Comparer<object>.Default.Compare` on boxed values: null first, strings by the invariant culture when `compareText` is given,
 * by code unit otherwise. Throws ArgumentException when the values cannot be compared.
 */
export function compareBoxed(a: Value, b: Value, compareText: (a: string, b: string) => number = compareOrdinal): number {
  if (a === b) return 0
  if (a === null || b === null) return a === null ? -1 : 1
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (a instanceof Boxed && b instanceof Boxed && a.type === b.type) return comparePrimitive(a.value, b.value)
  if (typeof a === typeof b && (typeof a === 'number' || typeof a === 'bigint' || typeof a === 'boolean')) {
    return comparePrimitive(a, b as typeof a) // the line above holds the types equal
  }
  const compare = (a as Virtuals).netCompare // primitives have no such property
  if (compare !== undefined) return compare.call(a, b)
  if (typeof (b as Virtuals).netCompare === 'function' || !hasOrder(a)) {
    throw fail('System.ArgumentException', 'At least one object must implement IComparable.')
  }
  throw fail('System.ArgumentException', `Object must be of type ${simpleName(typeOf(a))}.`)
}

const hasOrder = (value: Value) => typeof value !== 'object' || value instanceof Boxed
const simpleName = (type: Type) => (type instanceof NamedType ? type.definition.name : type.fullName)
const compareOrdinal = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Numbers with NaN first, bigints, booleans with false first. */
export function comparePrimitive<T extends number | bigint | boolean>(a: T, b: T): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : 1
}
