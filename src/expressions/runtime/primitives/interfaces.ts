import { box, compareBoxed, equalsBoxed, typeOf } from '../../types/boxing.ts'
import { defineType } from '../../types/define-type.ts'
import type { Raw, Value } from '../../types/values.ts'
import { compareInvariant } from './text/compare-strings.ts'
import { formatValue } from './text/format-value.ts'

/** Comparer<object>.Default on boxed values. */
export const compareValues = (a: Value, b: Value): number => compareBoxed(a, b, compareInvariant)

const comparable = defineType('interface System.IComparable', {
  'int CompareTo(object obj)': (self: Value, other: Value) => compareValues(self, other),
})

// what implements the generic interface arrives boxed, its argument raw
const comparableOf = defineType('interface System.IComparable<T>', {
  'int CompareTo(T other)': (self: Value, other: Raw) => compareValues(self, box(typeOf(self), other)),
})

const equatableOf = defineType('interface System.IEquatable<T>', {
  'bool Equals(T other)': (self: Value, other: Raw) => equalsBoxed(self, box(typeOf(self), other)),
})

const formattable = defineType('interface System.IFormattable', {
  'string ToString(string format, IFormatProvider formatProvider)': (self: Value, format: string | null, provider: Value) =>
    formatValue(self, format, provider),
})

const disposable = defineType('interface System.IDisposable', {
  'void Dispose()': (self: { dispose?: () => void }) => self.dispose?.(),
})

const cloneable = defineType('interface System.ICloneable', {})
const convertible = defineType('interface System.IConvertible', {})
const formatProvider = defineType('interface System.IFormatProvider', {})

export const interfaceTypes = [
  comparable,
  comparableOf,
  equatableOf,
  formattable,
  disposable,
  cloneable,
  convertible,
  formatProvider,
]
