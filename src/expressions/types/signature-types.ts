import { dynamicType, type TypeSpace, voidType } from './registry.ts'
import type { SignatureScanner } from './signature-scanner.ts'
import { ArrayType, type Type, type TypeDefinition } from './type.ts'

/** C#'s keywords for predefined types. */
export const keywordTypes: ReadonlyMap<string, string> = new Map([
  ['bool', 'System.Boolean'],
  ['byte', 'System.Byte'],
  ['sbyte', 'System.SByte'],
  ['char', 'System.Char'],
  ['decimal', 'System.Decimal'],
  ['double', 'System.Double'],
  ['float', 'System.Single'],
  ['int', 'System.Int32'],
  ['uint', 'System.UInt32'],
  ['long', 'System.Int64'],
  ['ulong', 'System.UInt64'],
  ['short', 'System.Int16'],
  ['ushort', 'System.UInt16'],
  ['object', 'System.Object'],
  ['string', 'System.String'],
])

/** Where a signature's type names are looked up: the parameters in scope, then the space, the declaring namespace first. */
export interface TypeNames {
  readonly space: TypeSpace
  readonly namespace: string
  readonly parameters: ReadonlyMap<string, Type>
}

/** type := name [ `<` types `>` ] { `?` | `[` {`,`} `]` } */
export function parseType(scanner: SignatureScanner, names: TypeNames): Type {
  let type = parseNamed(scanner, names)
  for (;;) {
    if (scanner.accept('?')) type = nullableType(type, names.space)
    else if (scanner.peek === '[' && (scanner.peekAt(1) === ']' || scanner.peekAt(1) === ',')) type = parseArray(scanner, type)
    else return type
  }
}

function parseArray(scanner: SignatureScanner, element: Type): Type {
  scanner.expect('[')
  let rank = 1
  while (scanner.accept(',')) rank++
  scanner.expect(']')
  return ArrayType.of(element, rank)
}

function nullableType(type: Type, space: TypeSpace): Type {
  const nullable = space.find('System.Nullable', 1)
  if (nullable === undefined) throw new TypeError('System.Nullable<T> is not registered')
  return nullable.of(type)
}

function parseNamed(scanner: SignatureScanner, names: TypeNames): Type {
  const name = scanner.next()
  const parameter = names.parameters.get(name)
  if (parameter !== undefined) return parameter
  if (name === 'void') return voidType
  if (name === 'dynamic') return dynamicType
  const args: Type[] = []
  if (scanner.accept('<')) {
    do args.push(parseType(scanner, names))
    while (scanner.accept(','))
    scanner.expect('>')
  }
  const definition = findDefinition(name, args.length, names)
  if (definition === undefined) throw scanner.fault(`a known type instead of ${name}`)
  return definition.of(...args)
}

function findDefinition(name: string, arity: number, { space, namespace }: TypeNames): TypeDefinition | undefined {
  const full = keywordTypes.get(name) ?? (name.includes('.') ? name : undefined)
  if (full !== undefined) return space.find(full, arity) ?? nested(name, arity, namespace, space)
  for (let scope = namespace; scope !== ''; scope = scope.slice(0, Math.max(0, scope.lastIndexOf('.')))) {
    const near = space.find(`${scope}.${name}`, arity)
    if (near !== undefined) return near
  }
  return space.find(`System.${name}`, arity) ?? space.find(name, arity) ?? space.findByName(name, arity)[0]
}

/** `TimeZoneInfo.AdjustmentRule`, seen from its namespace. */
function nested(name: string, arity: number, namespace: string, space: TypeSpace): TypeDefinition | undefined {
  return space.find(`${namespace}.${name}`, arity) ?? space.find(`System.${name}`, arity)
}
