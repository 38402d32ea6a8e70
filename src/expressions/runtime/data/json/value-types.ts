import { defineType } from '../../../types/define-type.ts'
import type { Raw, Value } from '../../../types/values.ts'
import { single, unsigned } from './casts.ts'
import { kindOf, valueOfObject } from './content.ts'
import { required } from './required.ts'
import { kind } from './token-kind.ts'
import { boxAs, JRaw, JValue } from './value.ts'

const held = (value: Value) => new JValue(kindOf(value) ?? kind.Null, value)

export const jValue = defineType('class Newtonsoft.Json.Linq.JValue : JToken, System.IComparable, System.IFormattable', {
  'new(JValue other)': (other: JValue | null) => required(other, 'other').clone(),
  'new(long value)': (raw: bigint) => JValue.integer(raw),
  'new(decimal value)': held,
  'new(char value)': (raw: number) => new JValue(kind.String, boxAs('System.Char', raw)),
  'new(ulong value)': unsigned,
  'new(double value)': (raw: number) => JValue.double(raw),
  'new(float value)': single,
  'new(DateTime value)': held,
  'new(DateTimeOffset value)': held,
  'new(bool value)': (raw: boolean) => JValue.bool(raw),
  'new(string value)': (raw: string | null) => JValue.text(raw),
  'new(Guid value)': held,
  'new(Uri value)': held,
  'new(TimeSpan value)': held,
  'new(object value)': valueOfObject,
  'static JValue CreateComment(string value)': (text: string | null) => new JValue(kind.Comment, text),
  'static JValue CreateString(string value)': (text: string | null) => JValue.text(text),
  'static JValue CreateNull()': () => JValue.null(),
  'static JValue CreateUndefined()': () => new JValue(kind.Undefined, null),
  'object Value { get; set; }': { get: (self: JValue) => self.value, set: setValue },
  'bool Equals(JValue other)': (self: JValue, other: JValue | null) => other !== null && self.sameValue(other),
  'override bool Equals(object obj)': (self: JValue, other: Value) => self.netEquals(other),
  'override int GetHashCode()': (self: JValue) => self.netHashCode(),
  'override string ToString()': (self: JValue) => self.netToString(),
  'string ToString(string format)': (self: JValue, format: string | null) => self.netToString(format),
  'string ToString(IFormatProvider formatProvider)': (self: JValue, provider: Raw) => self.netToString(null, provider),
  'string ToString(string format, IFormatProvider formatProvider)': (self: JValue, format: string | null, provider: Raw) =>
    self.netToString(format, provider),
  'int CompareTo(JValue obj)': (self: JValue, other: JValue | null) => (other === null ? 1 : self.netCompare(other)),
})

/** A value of another kind changes the token's kind, unless a text stays a text (a comment, raw JSON). */
function setValue(self: JValue, value: Value): void {
  const made = valueOfObject(value)
  const textual = typeof value === 'string' && (self.kind === kind.Comment || self.kind === kind.Raw)
  if (!textual) self.kind = made.kind
  self.value = value
}

export const jRaw = defineType('class Newtonsoft.Json.Linq.JRaw : JValue', {
  'new(JRaw other)': (other: JRaw | null) => required(other, 'other').clone(),
  'new(object rawJson)': (value: Value) => new JRaw(value),
})
