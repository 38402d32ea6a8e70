import { defineType } from '../../types/define-type.ts'
import type { Ref, Value } from '../../types/values.ts'
import { badArgument, badFormat, required } from './errors/argument-errors.ts'

/** Case does not count; blanks and NULs around are let through. */
function read(text: string): boolean | undefined {
  const word = text.replace(/^[\s\0]+|[\s\0]+$/g, '').toLowerCase()
  return word === 'true' ? true : word === 'false' ? false : undefined
}

export function parseBoolean(text: string | null): boolean {
  return read(required(text, 'value')) ?? badFormat('String was not recognized as a valid Boolean.')
}

const text = (self: boolean) => (self ? 'True' : 'False')
const compare = (a: boolean, b: boolean) => Number(a) - Number(b)

export const booleanType = defineType(
  'struct System.Boolean : IComparable, IConvertible, IComparable<bool>, IEquatable<bool>',
  {
    'static readonly string TrueString { get; }': () => 'True',
    'static readonly string FalseString { get; }': () => 'False',
    'static bool Parse(string value)': parseBoolean,
    'static bool TryParse(string value, out bool result)': (value: string | null, result: Ref) => {
      const found = value === null ? undefined : read(value)
      result.value = found ?? false
      return found !== undefined
    },
    'string ToString()': text,
    'string ToString(IFormatProvider provider)': text,
    'bool Equals(object obj)': (self: boolean, other: Value) => self === other,
    'bool Equals(bool obj)': (self: boolean, other: boolean) => self === other,
    'int CompareTo(object obj)': (self: boolean, other: Value) =>
      other === null ? 1 : typeof other === 'boolean' ? compare(self, other) : badArgument('Object must be of type Boolean.'),
    'int CompareTo(bool value)': compare,
    'int GetHashCode()': Number,
    'TypeCode GetTypeCode()': () => 3,
  },
  { default: () => false },
)
