import { defineType } from '../../types/define-type.ts'
import type { Type } from '../../types/type.ts'
import type { Raw } from '../../types/values.ts'
import { required } from './argument-errors.ts'
import { equalityFor } from './equality.ts'
import { type Compare, CustomOrder, orderFor } from './ordering.ts'
import type { NetComparer, NetEqualityComparer } from './protocol.ts'

type Types = readonly [Type]
const namespace = 'System.Collections.Generic'
const compare = (self: NetComparer, a: Raw, b: Raw) => self.compare(a, b)
const equals = (self: NetEqualityComparer, a: Raw, b: Raw) => self.equals(a, b)
const hashCode = (self: NetEqualityComparer, item: Raw) => self.hashCode(item)

export const comparerTypes = [
  defineType(`interface ${namespace}.IComparer<T>`, { 'int Compare(T x, T y)': compare }),
  defineType(`interface ${namespace}.IEqualityComparer<T>`, {
    'bool Equals(T x, T y)': equals,
    'int GetHashCode(T obj)': hashCode,
  }),
  defineType(`class ${namespace}.Comparer<T> : IComparer<T>`, {
    'static Comparer<T> Default { get; }': (types: Types) => orderFor(types[0]),
    'static Comparer<T> Create(System.Comparison<T> comparison)': (types: Types, comparison: Compare | null) =>
      new CustomOrder(types[0], required(comparison, 'comparison')),
    'int Compare(T x, T y)': compare,
  }),
  defineType(`class ${namespace}.EqualityComparer<T> : IEqualityComparer<T>`, {
    'static EqualityComparer<T> Default { get; }': (types: Types) => equalityFor(types[0]),
    'bool Equals(T x, T y)': equals,
    'int GetHashCode(T obj)': hashCode,
  }),
]
