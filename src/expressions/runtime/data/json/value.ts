import { hashOf, textOf } from '../../../types/boxing.ts'
import { lookupType } from '../../../types/registry.ts'
import { Boxed, type Value } from '../../../types/values.ts'
import { formatValue } from '../../primitives/text/format-value.ts'
import type { TextWriter } from './text-writer.ts'
import { JToken } from './token.ts'
import { type Kind, kind } from './token-kind.ts'
import { compareValues } from './value-compare.ts'

/** Newtonsoft's JValue: a kind, and a boxed value that fits it. */
export class JValue extends JToken {
  override kind: Kind
  /** Boxed (types/values.ts): a number of kind Integer is an Int64 unless it was made of another type. */
  value: Value
  /** Where a number or text was read with its source kept: exactly what stood there. */
  source: string | undefined = undefined

  constructor(of: Kind, value: Value) {
    super()
    this.kind = of
    this.value = value
  }

  override get netName(): string {
    return 'Newtonsoft.Json.Linq.JValue'
  }

  static null(): JValue {
    return new JValue(kind.Null, null)
  }

  static text(text: string | null): JValue {
    return new JValue(kind.String, text)
  }

  static integer(value: bigint): JValue {
    return new JValue(kind.Integer, value)
  }

  static double(value: number): JValue {
    return new JValue(kind.Float, boxDouble(value))
  }

  static bool(value: boolean): JValue {
    return new JValue(kind.Boolean, value)
  }

  override clone(): JValue {
    return new JValue(this.kind, this.value)
  }

  override writeTo(writer: TextWriter): void {
    if (this.kind === kind.Comment) writer.comment(textOf(this.value))
    else if (this.kind === kind.Raw) writer.raw(textOf(this.value))
    else if (this.kind === kind.Undefined) writer.raw('undefined')
    else writer.value(this.value)
  }

  /** `ToString()` of a value is that of what it holds. */
  override netToString(format: string | null = null, provider: unknown = null): string | null {
    if (this.value === null) return ''
    return (format === null || format === '') && provider === null
      ? textOf(this.value)
      : formatValue(this.value, format, provider)
  }

  override deepEquals(other: JToken): boolean {
    return other instanceof JValue && this.sameValue(other)
  }

  sameValue(other: JValue): boolean {
    return this === other || (this.kind === other.kind && compareValues(this.kind, this.value, other.value) === 0)
  }

  override deepHash(): number {
    return this.kind ^ (this.value === null ? 0 : hashOf(this.value))
  }

  netEquals(other: Value): boolean {
    return other instanceof JValue && this.sameValue(other)
  }

  netHashCode(): number {
    return this.value === null ? 0 : hashOf(this.value)
  }

  /** As `JValue.CompareTo`: null is first. */
  netCompare(other: Value): number {
    const value = other instanceof JValue ? other.value : other
    const by = this.kind === kind.String && other instanceof JValue && other.kind !== this.kind ? other.kind : this.kind
    return compareValues(by, this.value, value)
  }
}

/** Text that is written as it stands. */
export class JRaw extends JValue {
  constructor(text: Value) {
    super(kind.Raw, text)
  }

  override get netName(): string {
    return 'Newtonsoft.Json.Linq.JRaw'
  }

  override clone(): JRaw {
    return new JRaw(this.value)
  }
}

const boxTypes = new Map<string, ReturnType<typeof lookupType>>()

/** A number of a predefined type, by the type's full name. */
export function boxAs(type: string, value: number | bigint): Boxed {
  const known = boxTypes.get(type) ?? lookupType(type)
  boxTypes.set(type, known)
  return new Boxed(known, value)
}

export function boxDouble(value: number): Boxed {
  return boxAs('System.Double', value)
}
