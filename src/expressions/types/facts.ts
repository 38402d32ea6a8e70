import { dynamicType } from './registry.ts'
import { ArrayType, NamedType, type Type, type TypeDefinition } from './type.ts'

/** How a value of the type is held; decides arithmetic, boxing and default values. */
export type NumericKind =
  | 'sbyte'
  | 'byte'
  | 'short'
  | 'ushort'
  | 'int'
  | 'uint'
  | 'long'
  | 'ulong'
  | 'char'
  | 'float'
  | 'double'
  | 'decimal'

const numericKinds = new Map<string, NumericKind>([
  ['System.SByte', 'sbyte'],
  ['System.Byte', 'byte'],
  ['System.Int16', 'short'],
  ['System.UInt16', 'ushort'],
  ['System.Int32', 'int'],
  ['System.UInt32', 'uint'],
  ['System.Int64', 'long'],
  ['System.UInt64', 'ulong'],
  ['System.Char', 'char'],
  ['System.Single', 'float'],
  ['System.Double', 'double'],
  ['System.Decimal', 'decimal'],
])

/** The numeric kind of a predefined type (char included); undefined for any other, an enum too. */
export function numericKind(type: Type): NumericKind | undefined {
  return type instanceof NamedType ? numericKinds.get(type.definition.fullName) : undefined
}

export const isNamed = (type: Type, fullName: string): boolean =>
  type instanceof NamedType && type.definition.fullName === fullName

export const isObject = (type: Type): boolean => isNamed(type, 'System.Object')
export const isString = (type: Type): boolean => isNamed(type, 'System.String')
export const isBool = (type: Type): boolean => isNamed(type, 'System.Boolean')
export const isVoid = (type: Type): boolean => isNamed(type, 'System.Void')
export const isDynamic = (type: Type): boolean => type === dynamicType
export const isEnum = (type: Type): boolean => type instanceof NamedType && type.definition.kind === 'enum'
export const isDelegate = (type: Type): boolean => type instanceof NamedType && type.definition.kind === 'delegate'
export const isInterface = (type: Type): boolean => type instanceof NamedType && type.definition.kind === 'interface'
export const isByteArray = (type: Type): boolean =>
  type instanceof ArrayType && type.rank === 1 && numericKind(type.element) === 'byte'

/** A struct or an enum. */
export function isValueType(type: Type): boolean {
  return type instanceof NamedType && (type.definition.kind === 'struct' || type.definition.kind === 'enum')
}

/** `T` of `T?` for a value type; undefined for any other type. */
export function nullableOf(type: Type): Type | undefined {
  return type instanceof NamedType && type.definition.fullName === 'System.Nullable' ? type.args[0] : undefined
}

/** Whether null is among its values. */
export function canBeNull(type: Type): boolean {
  return !isValueType(type) || nullableOf(type) !== undefined
}

/** Replaces a definition's type parameters (by position) and a method's own. */
export function substitute(type: Type, replace: ReadonlyMap<Type, Type>): Type {
  if (replace.size === 0) return type
  const direct = replace.get(type)
  if (direct !== undefined) return direct
  if (type instanceof ArrayType) return ArrayType.of(substitute(type.element, replace), type.rank)
  if (!(type instanceof NamedType) || type.args.length === 0) return type
  const args = type.args.map(arg => substitute(arg, replace))
  return args.every((arg, i) => arg === type.args[i]) ? type : type.with(args)
}

/** What the parameters of the type's definition stand for in it. */
export function typeArguments(type: NamedType): ReadonlyMap<Type, Type> {
  const known = argumentMaps.get(type)
  if (known !== undefined) return known
  const made = mapArguments(type.definition, type.args)
  argumentMaps.set(type, made)
  return made
}

const argumentMaps = new WeakMap<NamedType, ReadonlyMap<Type, Type>>()

function mapArguments(definition: TypeDefinition, args: readonly Type[]): ReadonlyMap<Type, Type> {
  const map = new Map<Type, Type>()
  definition.parameters.forEach((parameter, i) => {
    const arg = args[i]
    if (arg !== undefined) map.set(parameter, arg)
  })
  return map
}
