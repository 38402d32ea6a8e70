import { equalsBoxed, hashOf, textOrNull, typeOf } from './boxing.ts'
import { type DefinedType, defineType } from './define-type.ts'
import { fail } from './exceptions.ts'
import { isEnum, isInterface, isValueType } from './facts.ts'
import { type NetType, netTypeOf, simpleNameOf } from './net-type.ts'
import { ArrayType, NamedType, type Type } from './type.ts'
import { valueTuples } from './value-tuple.ts'
import { netType, type Raw, type Value } from './values.ts'

/** The types that the language itself stands on. Everything else is in runtime/. */

const object = defineType('class System.Object', {
  'new()': () => new PlainObject(),
  'string ToString()': (self: Value) => textOrNull(self),
  'bool Equals(object obj)': (self: Value, other: Value) => equalsBoxed(self, other),
  'static bool Equals(object objA, object objB)': (a: Value, b: Value) => equalsBoxed(a, b),
  'static bool ReferenceEquals(object objA, object objB)': (a: Value, b: Value) =>
    a === b && (a === null || typeof a === 'object' || typeof a === 'string' || typeof a === 'function'),
  'int GetHashCode()': (self: Value) => hashOf(self),
  'Type GetType()': (self: Value) => netTypeOf(typeOf(self)),
})

/** `new object()`. */
class PlainObject {
  get [netType](): Type {
    return object.of()
  }
}

const valueType = defineType('class System.ValueType : System.Object', {})
const delegateType = defineType('class System.Delegate : System.Object', {})

/** `T?`: the raw value or null. */
const nullable = defineType('struct System.Nullable<T>', {
  'new(T value)': (_types: readonly Type[], value: Raw) => value,
  'bool HasValue { get; }': (self: Raw) => self !== null,
  'T Value { get; }': (self: Raw) => self ?? fail('System.InvalidOperationException', 'Nullable object must have a value.'),
})

const type = defineType('class System.Type : System.Object', {
  'string Name { get; }': (self: NetType) => simpleNameOf(self.of),
  'string FullName { get; }': (self: NetType) => self.of.fullName,
  'string Namespace { get; }': (self: NetType) =>
    self.of instanceof NamedType ? self.of.definition.fullName.split('.').slice(0, -1).join('.') : 'System',
  'bool IsArray { get; }': (self: NetType) => self.of instanceof ArrayType,
  'bool IsValueType { get; }': (self: NetType) => isValueType(self.of),
  'bool IsEnum { get; }': (self: NetType) => isEnum(self.of),
  'bool IsInterface { get; }': (self: NetType) => isInterface(self.of),
  'bool IsGenericType { get; }': (self: NetType) => self.of instanceof NamedType && self.of.args.length > 0,
  'string ToString()': (self: NetType) => self.netToString(),
  'bool Equals(Type o)': (self: NetType, other: NetType | null) => self === other,
  'static bool operator ==(Type left, Type right)': (a: NetType | null, b: NetType | null) => a === b,
  'static bool operator !=(Type left, Type right)': (a: NetType | null, b: NetType | null) => a !== b,
})

/** `Func` and `Action` of up to sixteen parameters. */
const delegates = Array.from({ length: 17 }, (_, count) => {
  const names = Array.from({ length: count }, (_unused, i) => (count === 1 ? 'T' : `T${i + 1}`))
  const parameters = names.map((name, i) => `${name} arg${i + 1}`).join(', ')
  const func = defineType(`delegate System.Func<${[...names, 'TResult'].join(', ')}>`, { [`TResult Invoke(${parameters})`]: {} })
  const action = defineType(`delegate System.Action${count === 0 ? '' : `<${names.join(', ')}>`}`, {
    [`void Invoke(${parameters})`]: {},
  })
  return [func, action]
}).flat()

/** Registered before the tables of runtime/, whose own definition of one of these counts. */
export const coreTypes: readonly DefinedType[] = [object, valueType, delegateType, nullable, type, ...delegates, ...valueTuples]
