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
 * | other `T[]` | a JavaScript array of raw `T` made by `makeArray`, which remembers the element type; ranks above 1: runtime/arrays.ts |
 * | a delegate | a function of raw arguments |
 * | any other struct or class | an instance of its JavaScript class, found by `typeOf` through `type` |
 *
 * In a place of type `object` (or an interface, `dynamic`, `ValueType`, `Enum`), a value is *boxed*: it must tell its own type.
 * Strings, booleans and instances do. A bare number there is an Int32, a bare bigint an Int64; every other number, char and
 * enum is a `Boxed`. A boxed nullable is null or the boxed value. `box` and `unbox` go between, by static type.
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
