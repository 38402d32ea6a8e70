import { isInterface, isObject, isValueType, nullableOf, substitute, typeArguments } from './facts.ts'
import { dynamicType, spaceOf } from './registry.ts'
import { SignatureScanner } from './signature-scanner.ts'
import { parseType, type TypeNames } from './signature-types.ts'
import { ArrayType, NamedType, type Type, type TypeDefinition, TypeParameter } from './type.ts'

/** Names that the signatures of a definition see. */
export function namesOf(definition: TypeDefinition): TypeNames {
  const { fullName } = definition
  return {
    space: spaceOf(definition),
    namespace: fullName.slice(0, Math.max(0, fullName.lastIndexOf('.'))),
    parameters: new Map(definition.parameters.map(parameter => [parameter.name, parameter])),
  }
}

const declared = new WeakMap<TypeDefinition, readonly NamedType[]>()

/** The types of the header's base list, open as the definition is. An enum's base list is its underlying type instead. */
function declaredBases(definition: TypeDefinition): readonly NamedType[] {
  const known = declared.get(definition)
  if (known !== undefined) return known
  const parsed = definition.baseList.trim() === '' || definition.kind === 'enum' ? [] : parseBases(definition)
  declared.set(definition, parsed)
  return parsed
}

function parseBases(definition: TypeDefinition): NamedType[] {
  const scanner = new SignatureScanner(definition.baseList)
  const names = namesOf(definition)
  const bases: NamedType[] = []
  do {
    const type = parseType(scanner, names)
    if (type instanceof NamedType) bases.push(type)
  } while (scanner.accept(','))
  if (!scanner.done) throw scanner.fault('the end')
  return bases
}

/** The class that the type derives from; undefined for object itself and for interfaces. */
export function baseClass(type: Type): NamedType | undefined {
  if (type instanceof ArrayType) return named(type, 'System.Array')
  if (!(type instanceof NamedType) || isObject(type) || type.definition.kind === 'interface') return undefined
  const first = declaredBases(type.definition)[0]
  if (first !== undefined && first.definition.kind === 'class') return close(first, type)
  if (type.definition.kind === 'enum') return named(type, 'System.Enum')
  if (type.definition.kind === 'struct') return named(type, 'System.ValueType')
  if (type.definition.kind === 'delegate') return named(type, 'System.Delegate') ?? named(type, 'System.Object')
  return named(type, 'System.Object')
}

function named(from: Type, fullName: string): NamedType | undefined {
  const space = from instanceof NamedType ? spaceOf(from.definition) : from instanceof ArrayType ? spaceOfType(from) : undefined
  return space?.find(fullName)?.of() ?? (fullName === 'System.Object' ? undefined : space?.find('System.Object')?.of())
}

function spaceOfType(type: Type): ReturnType<typeof spaceOf> | undefined {
  if (type instanceof ArrayType) return spaceOfType(type.element)
  return type instanceof NamedType ? spaceOf(type.definition) : undefined
}

const close = (open: NamedType, type: NamedType) => substitute(open, typeArguments(type)) as NamedType // a named type stays one

const interfaceSets = new WeakMap<Type, readonly NamedType[]>()

/** All interfaces that the type implements, inherited ones too, itself excluded. */
export function interfacesOf(type: Type): readonly NamedType[] {
  const known = interfaceSets.get(type)
  if (known !== undefined) return known
  const found = new Set<NamedType>()
  const add = (more: Iterable<NamedType>) => {
    for (const one of more) {
      if (found.has(one)) continue
      found.add(one)
      add(interfacesOf(one))
    }
  }
  if (type instanceof ArrayType) add(arrayInterfaces(type))
  if (type instanceof NamedType)
    add(
      declaredBases(type.definition)
        .filter(isInterface)
        .map(one => close(one, type)),
    )
  const base = baseClass(type)
  if (base !== undefined) add(interfacesOf(base))
  const all = [...found]
  interfaceSets.set(type, all)
  return all
}

function arrayInterfaces(type: ArrayType): NamedType[] {
  const space = spaceOfType(type)
  const names = ['IList', 'IReadOnlyList'].map(name => `System.Collections.Generic.${name}`)
  const generic = type.rank > 1 ? [] : names.map(name => space?.find(name, 1)?.of(type.element))
  const plain = ['System.Collections.IList', 'System.Collections.IEnumerable'].map(name => space?.find(name)?.of())
  return [...generic, ...plain].filter(one => one !== undefined)
}

/** Whether a reference (or boxed value) of type `from` may stand where `to` is asked for: inheritance, interfaces and variance. */
export function isSubtype(from: Type, to: Type): boolean {
  if (from === to || isObject(to) || to === dynamicType) return true
  const answers = subtypes.get(from) ?? new Map<Type, boolean>()
  subtypes.set(from, answers)
  const known = answers.get(to)
  if (known !== undefined) return known
  answers.set(to, false) // what asks again while this is being decided cannot be decided by itself
  const answer = decideSubtype(from, to)
  answers.set(to, answer)
  return answer
}

const subtypes = new WeakMap<Type, Map<Type, boolean>>()

function decideSubtype(from: Type, to: Type): boolean {
  if (from instanceof TypeParameter || to instanceof TypeParameter) return false
  if (to instanceof ArrayType) return from instanceof ArrayType && from.rank === to.rank && covariant(from.element, to.element)
  if (isVariantOf(from, to)) return true
  if (to.definition.kind === 'interface') return interfacesOf(from).some(one => one === to || isVariantOf(one, to))
  for (let base = baseClass(from); base !== undefined; base = baseClass(base))
    if (base === to || isVariantOf(base, to)) return true
  return false
}

const covariant = (from: Type, to: Type) => from === to || (!isValueType(from) && !isValueType(to) && isSubtype(from, to))

/** Variance by position, of the generic interfaces and delegates that declare it. */
const variances = new Map<string, string>([
  ['System.Collections.Generic.IEnumerable', 'out'],
  ['System.Collections.Generic.IEnumerator', 'out'],
  ['System.Collections.Generic.IReadOnlyCollection', 'out'],
  ['System.Collections.Generic.IReadOnlyList', 'out'],
  ['System.Linq.IGrouping', 'out out'],
  ['System.Linq.IOrderedEnumerable', 'out'],
  ['System.Linq.IQueryable', 'out'],
  ['System.Collections.Generic.IComparer', 'in'],
  ['System.Collections.Generic.IEqualityComparer', 'in'],
  ['System.IComparable', 'in'],
  ['System.Predicate', 'in'],
  ['System.Comparison', 'in'],
  ['System.Converter', 'in out'],
  ['Newtonsoft.Json.Linq.IJEnumerable', 'out'],
])

/** `in`, `out` or undefined (invariant) for the type parameter at that position. */
export function varianceOf(definition: TypeDefinition, index: number): 'in' | 'out' | undefined {
  if (definition.fullName === 'System.Func') return index === definition.parameters.length - 1 ? 'out' : 'in'
  if (definition.fullName === 'System.Action') return 'in'
  const word = variances.get(definition.fullName)?.split(' ')[index]
  return word === 'in' || word === 'out' ? word : undefined
}

function isVariantOf(from: Type, to: Type): boolean {
  if (!(from instanceof NamedType) || !(to instanceof NamedType) || from.definition !== to.definition) return false
  return from.args.every((arg, i) => {
    const wanted = to.args[i]
    if (wanted === undefined || arg === wanted) return true
    const variance = varianceOf(from.definition, i)
    if (variance === undefined) return false
    return variance === 'out' ? covariant(arg, wanted) : covariant(wanted, arg)
  })
}

/** The type's own form of a generic definition (`IEnumerable<T>` of `List<int>` is `IEnumerable<int>`): itself, a base or an interface. */
export function asDefinition(type: Type, definition: TypeDefinition): NamedType | undefined {
  if (type instanceof NamedType && type.definition === definition) return type
  if (definition.kind === 'interface') return interfacesOf(type).find(one => one.definition === definition)
  for (let base = baseClass(type); base !== undefined; base = baseClass(base)) if (base.definition === definition) return base
  return undefined
}

/** The type that an instance reports for `is` and casts: `T` for `T?`. */
export const withoutNullable = (type: Type) => nullableOf(type) ?? type
