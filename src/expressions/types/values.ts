import type { NamedType, Type } from './type.ts'

/**
 * How .NET values look in JavaScript.
 *
 * By static type ("raw"):
 * | C# | JavaScript |
 * | --- | --- |
 * | `bool`, `string` | boolean, string; null is `null`, never `undefined` |
 * | `sbyte byte short ushort int uint float double` | number (a `float` already rounded by Math.fround) |
 * | `long ulong` | bigint |
 * | `char` | number, its UTF-16 unit |
 * | `decimal` | `Decimal` (runtime/decimal.ts): unscaled bigint and scale |
 * | an enum | number |
 * | `T?` | the raw `T`, or null |
 * | `byte[]` | Uint8Array |
 * | other `T[]` | a JavaScript array of raw `T` made by `makeArray` (arrays.ts), which remembers the element type; rank above 1: `MultiArray` |
 * | a delegate | a function of raw arguments |
 * | any other struct or class | an instance of its JavaScript class, found by `typeOf` through `type` |
 *
 * In a place of type `object` (or an interface, `dynamic`, `ValueType`, `Enum`), a value is *boxed*: it must tell its own type.
 * Strings, booleans and instances do. A bare number there is an Int32, a bare bigint an Int64; every other number, char and
 * enum is a `Boxed`. A boxed nullable is null or the boxed value. `box` and `unbox` (boxing.ts, casting.ts) go between, by
 * static type.
 *
 * **Virtual members.** `object`'s own members work on every value through boxing.ts: `textOf` (ToString), `equalsBoxed` (Equals),
 * `hashOf` (GetHashCode), `compareBoxed` (IComparable). Strings, booleans, numbers, chars and enums are known there. A
 * JavaScript class overrides by methods on its prototype: `netToString(format?, provider?)`, `netEquals(other)`,
 * `netHashCode()`, `netCompare(other)`; `other` is a boxed value, never null for netCompare. What it leaves out is as in
 * System.Object: the type's full name, and identity. A `[Flags]` enum says so with `'[Flags]': { constant: true }` in its table.
 *
 * **Enumeration.** Whatever implements IEnumerable<T> has `[Symbol.iterator]()`, which yields raw `T`; a type that has only the
 * plain IEnumerable yields boxed values. Read any IEnumerable<T> with `iterate` (arrays.ts): a string yields its chars there.
 */
export type Raw = unknown
/** A value that tells its own type. */
export type Value = unknown

/** A number, char or enum in a place of type object, when its JavaScript form alone would be taken for another type. */
export class Boxed {
  readonly type: NamedType
  readonly value: number | bigint

  constructor(type: NamedType, value: number | bigint) {
    this.type = type
    this.value = value
  }
}

/** The members of System.Object and IComparable that a class may override; see above. */
export interface Virtuals {
  netToString?(format?: string | null, provider?: unknown): string | null
  netEquals?(other: Value): boolean
  netHashCode?(): number
  netCompare?(other: Value): number
}

/** What an `out` or `ref` argument arrives as. */
export interface Ref<T = unknown> {
  value: T
}

/** Every class that stands for a .NET type tells which, on its prototype or (generic ones) on the instance. */
export interface Typed {
  readonly [netType]: Type
}

/** The key under which instances and arrays carry their .NET type; a symbol, so that no author's text can name it. */
export const netType: unique symbol = Symbol('netType')
