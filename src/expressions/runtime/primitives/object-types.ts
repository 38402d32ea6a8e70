import { makeArray } from '../../types/arrays.ts'
import { box, compareBoxed, equalsBoxed, hashOf, nameOf, textOrNull, typeOf } from '../../types/boxing.ts'
import { isInstance } from '../../types/casting.ts'
import { defineType } from '../../types/define-type.ts'
import { enumMembers, underlyingKind } from '../../types/enums.ts'
import { isBool, isEnum, isInterface, nullableOf, numericKind } from '../../types/facts.ts'
import { baseClass, isSubtype } from '../../types/hierarchy.ts'
import { lookupType } from '../../types/registry.ts'
import { keywordTypes } from '../../types/signature-types.ts'
import { ArrayType, NamedType, type Type } from '../../types/type.ts'
import { Boxed, netType, type Raw, type Ref, type Value } from '../../types/values.ts'
import { argumentNull, badArgument, required } from './errors/argument-errors.ts'
import { compareValues } from './interfaces.ts'
import { formatEnum } from './text/format-value.ts'
import { typeCodeOf } from './type-codes.ts'

/** Two references are the same only when nothing was boxed to make them. */
const sameReference = (a: Value, b: Value) => a === b && typeof a !== 'number' && typeof a !== 'bigint' && typeof a !== 'boolean'

export const objectType = defineType('class System.Object', {
  'new()': () => new PlainObject(),
  'string ToString()': textOrNull,
  'bool Equals(object obj)': equalsBoxed,
  'static bool Equals(object objA, object objB)': equalsBoxed,
  'static bool ReferenceEquals(object objA, object objB)': sameReference,
  'int GetHashCode()': hashOf,
  'Type GetType()': typeOf,
})

/** What `new object()` makes. */
class PlainObject {
  declare readonly [netType]: NamedType
}
Object.defineProperty(PlainObject.prototype, netType, { value: objectType.of() })

const valueType = defineType('class System.ValueType', {})

/** The value a name or number stands for; undefined when there is none. */
function readEnum(type: NamedType, text: string, ignoreCase: boolean): number | undefined {
  const trimmed = text.trim()
  if (/^[+-]?\d+$/.test(trimmed)) return Math.abs(Number(trimmed)) > 0xffffffff ? undefined : Number(trimmed) | 0
  const members = enumMembers(type)
  let value = 0
  for (const part of trimmed.split(',')) {
    const name = part.trim()
    const exact = members.get(name)
    const found = exact ?? (ignoreCase ? [...members].find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] : undefined)
    if (found === undefined) return undefined
    value |= found
  }
  return value
}

function enumArgument(type: Type | null): NamedType {
  const given = required(type, 'enumType')
  return given instanceof NamedType && isEnum(given) ? given : badArgument('Type provided must be an Enum.', 'enumType')
}

function parseEnum(type: NamedType, value: string | null, ignoreCase: boolean): number {
  const text = required(value, 'value')
  if (text.trim() === '') return badArgument('Must specify valid information for parsing in the string.')
  return readEnum(type, text, ignoreCase) ?? badArgument(`Requested value '${text.trim()}' was not found.`)
}

function tryParseEnum(types: readonly Type[], text: string | null, ignoreCase: boolean, result: Ref): boolean {
  const found = text === null || text.trim() === '' ? undefined : readEnum(enumArgument(types[0] ?? null), text, ignoreCase)
  result.value = found ?? 0
  return found !== undefined
}

function tryParseBoxed(type: Type | null, text: string | null, ignoreCase: boolean, result: Ref): boolean {
  const of = enumArgument(type)
  const found = text === null || text.trim() === '' ? undefined : readEnum(of, text, ignoreCase)
  result.value = found === undefined ? null : new Boxed(of, found)
  return found !== undefined
}

/** What GetName and IsDefined take: a number or an enum value, boxed. */
function enumNumber(value: Value): number {
  if (value === null) return argumentNull('value')
  return Number(value instanceof Boxed ? value.value : value)
}

const nameOfValue = (type: NamedType, value: number) => [...enumMembers(type)].find(([, each]) => each === value)?.[0] ?? null

// by magnitude, negative values last, as unsigned numbers are
const inOrder = (type: NamedType) => [...enumMembers(type)].sort((a, b) => (a[1] >>> 0) - (b[1] >>> 0))

// what stands in a place of type Enum is boxed
const own = (self: Value) => self as Boxed

const enumType = defineType('class System.Enum : ValueType, IComparable, IFormattable, IConvertible', {
  'static object Parse(Type enumType, string value)': (type: Type | null, text: string | null) => {
    const of = enumArgument(type)
    return new Boxed(of, parseEnum(of, text, false))
  },
  'static object Parse(Type enumType, string value, bool ignoreCase)': (
    type: Type | null,
    text: string | null,
    ignoreCase: boolean,
  ) => {
    const of = enumArgument(type)
    return new Boxed(of, parseEnum(of, text, ignoreCase))
  },
  'static bool TryParse<TEnum>(string value, out TEnum result)': (types: readonly Type[], text: string | null, result: Ref) =>
    tryParseEnum(types, text, false, result),
  'static bool TryParse<TEnum>(string value, bool ignoreCase, out TEnum result)': tryParseEnum,
  'static bool IsDefined(Type enumType, object value)': (type: Type | null, value: Value) =>
    typeof value === 'string'
      ? enumMembers(enumArgument(type)).has(value)
      : nameOfValue(enumArgument(type), enumNumber(value)) !== null,
  'static string GetName(Type enumType, object value)': (type: Type | null, value: Value) =>
    nameOfValue(enumArgument(type), enumNumber(value)),
  'static string[] GetNames(Type enumType)': (type: Type | null) =>
    makeArray(
      lookupType('System.String'),
      inOrder(enumArgument(type)).map(([name]) => name),
    ),
  'static System.Array GetValues(Type enumType)': (type: Type | null) =>
    makeArray(
      enumArgument(type),
      inOrder(enumArgument(type)).map(([, value]) => value),
    ),
  'static string Format(Type enumType, object value, string format)': (type: Type | null, value: Value, format: string | null) =>
    formatEnum(enumArgument(type), enumNumber(value), required(format, 'format')),
  'static TEnum Parse<TEnum>(string value)': (types: readonly Type[], text: string | null) =>
    parseEnum(enumArgument(types[0] ?? null), text, false),
  'static TEnum Parse<TEnum>(string value, bool ignoreCase)': (
    types: readonly Type[],
    text: string | null,
    ignoreCase: boolean,
  ) => parseEnum(enumArgument(types[0] ?? null), text, ignoreCase),
  'static Type GetUnderlyingType(Type enumType)': (type: Type | null) => {
    const kind = underlyingKind(enumArgument(type))
    return lookupType(keywordTypes.get(kind) ?? 'System.Int32')
  },
  'TypeCode GetTypeCode()': () => 9,
  ...Object.fromEntries(
    ['byte', 'sbyte', 'short', 'ushort', 'int', 'uint', 'long', 'ulong'].map(keyword => [
      `static object ToObject(Type enumType, ${keyword} value)`,
      (type: Type | null, value: number | bigint) => new Boxed(enumArgument(type), Number(value) | 0),
    ]),
  ),
  'static bool TryParse(Type enumType, string value, out object result)': (type: Type | null, text: string | null, result: Ref) =>
    tryParseBoxed(type, text, false, result),
  'static bool TryParse(Type enumType, string value, bool ignoreCase, out object result)': tryParseBoxed,
  'static object ToObject(Type enumType, object value)': (type: Type | null, value: Value) =>
    new Boxed(enumArgument(type), enumNumber(value) | 0),
  'bool HasFlag(Enum flag)': (self: Value, flag: Value) =>
    own(self).type === own(flag).type
      ? (Number(own(self).value) & Number(own(flag).value)) === Number(own(flag).value)
      : badArgument(`The argument type, '${nameOf(typeOf(flag))}', is not the same as the enum type '${nameOf(typeOf(self))}'.`),
  'string ToString()': (self: Value) => formatEnum(own(self).type, Number(own(self).value), null),
  'string ToString(string format)': (self: Value, format: string | null) =>
    formatEnum(own(self).type, Number(own(self).value), format),
  'int CompareTo(object target)': (self: Value, other: Value) => (other === null ? 1 : compareBoxed(self, other)),
  'bool Equals(object obj)': equalsBoxed,
  'int GetHashCode()': hashOf,
})

// the compiler keeps `T?` as T or null, and gives these members that
const nullableType = defineType(
  'struct System.Nullable<T>',
  {
    'new(T value)': (_types: readonly Type[], value: Raw) => value,
    'bool HasValue { get; }': (self: Raw) => self !== null,
    'T Value { get; }': (self: Raw) => self,
    'T GetValueOrDefault()': (self: Raw) => self,
    'int GetHashCode()': (self: Raw) => (self === null ? 0 : hashOf(self)),
    'T GetValueOrDefault(T defaultValue)': (self: Raw, otherwise: Raw) => self ?? otherwise,
  },
  { default: () => null },
)

const nullableStatics = defineType('static class System.Nullable', {
  'static Type GetUnderlyingType(Type nullableType)': (type: Type | null) => nullableOf(required(type, 'nullableType')) ?? null,
  'static int Compare<T>(T? n1, T? n2)': ([type]: readonly Type[], a: Raw, b: Raw) =>
    compareValues(boxed(type, a), boxed(type, b)),
  'static bool Equals<T>(T? n1, T? n2)': ([type]: readonly Type[], a: Raw, b: Raw) => equalsBoxed(boxed(type, a), boxed(type, b)),
})

function boxed(type: Type | undefined, raw: Raw): Value {
  return raw === null || type === undefined ? null : box(type, raw)
}

/** System.Type: names only, so that nothing can be reached through it. Its values are the type objects themselves. */
const typeType = defineType('class System.Type', {
  'string Name { get; }': shortName,
  'string FullName { get; }': (self: Type) => self.fullName,
  'string Namespace { get; }': (self: Type) =>
    self instanceof NamedType ? self.definition.fullName.replace(/\.?[^.]*$/, '') : 'System',
  'bool IsPrimitive { get; }': (self: Type) => {
    const kind = numericKind(self)
    return kind === undefined ? isBool(self) : kind !== 'decimal'
  },
  'bool IsAbstract { get; }': (self: Type) =>
    self instanceof NamedType && (self.definition.kind === 'interface' || self.definition.kind === 'static class'),
  'bool IsGenericTypeDefinition { get; }': () => false,
  'Type BaseType { get; }': (self: Type) => baseClass(self) ?? null,
  'Type[] GetGenericArguments()': (self: Type) => makeArray(typeType.of(), self instanceof NamedType ? [...self.args] : []),
  'Type[] GenericTypeArguments { get; }': (self: Type) =>
    makeArray(typeType.of(), self instanceof NamedType ? [...self.args] : []),
  'Type GetElementType()': (self: Type) => (self instanceof ArrayType ? self.element : null),
  'int GetArrayRank()': (self: Type) => (self instanceof ArrayType ? self.rank : badArgument('Must be an array type.')),
  'bool IsAssignableFrom(Type c)': (self: Type, other: Type | null) => other !== null && isSubtype(other, self),
  'bool IsSubclassOf(Type c)': (self: Type, other: Type | null) => {
    const base = required(other, 'type')
    return self !== base && isSubtype(self, base) && !isInterface(base)
  },
  'bool IsInstanceOfType(object o)': (self: Type, value: Value) => isInstance(value, self),
  'static TypeCode GetTypeCode(Type type)': (type: Type | null) => typeCodeOf(type),
  'bool IsArray { get; }': (self: Type) => self instanceof ArrayType,
  'bool IsEnum { get; }': (self: Type) => isEnum(self),
  'bool IsGenericType { get; }': (self: Type) => self instanceof NamedType && self.args.length > 0,
  'bool IsValueType { get; }': (self: Type) =>
    self instanceof NamedType && (self.definition.kind === 'struct' || self.definition.kind === 'enum'),
  'bool IsClass { get; }': (self: Type) =>
    !(self instanceof NamedType) || self.definition.kind === 'class' || self.definition.kind === 'delegate',
  'bool IsInterface { get; }': (self: Type) => self instanceof NamedType && self.definition.kind === 'interface',
  'string ToString()': (self: Type) => nameOf(self),
  'bool Equals(object o)': (self: Type, other: Value) => self === other,
  'bool Equals(Type o)': (self: Type, other: Type | null) => self === other,
  'int GetHashCode()': hashOf,
  'static bool operator ==(Type left, Type right)': (a: Type | null, b: Type | null) => a === b,
  'static bool operator !=(Type left, Type right)': (a: Type | null, b: Type | null) => a !== b,
})

function shortName(type: Type): string {
  if (type instanceof ArrayType) return `${shortName(type.element)}[${','.repeat(type.rank - 1)}]`
  return type.fullName.slice(type.fullName.lastIndexOf('.') + 1)
}

for (const prototype of [NamedType.prototype, ArrayType.prototype]) {
  Object.defineProperty(prototype, netType, { get: () => typeType.of() })
  Object.defineProperty(prototype, 'netToString', {
    value(this: Type) {
      return nameOf(this)
    },
  })
}

export const objectTypes = [objectType, valueType, enumType, nullableType, nullableStatics, typeType]
