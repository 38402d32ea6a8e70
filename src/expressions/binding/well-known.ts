import type { NumericKind } from '../types/facts.ts'
import type { TypeSpace } from '../types/registry.ts'
import type { NamedType, Type, TypeDefinition } from '../types/type.ts'

const numericNames: Readonly<Record<NumericKind, string>> = {
  sbyte: 'SByte',
  byte: 'Byte',
  short: 'Int16',
  ushort: 'UInt16',
  int: 'Int32',
  uint: 'UInt32',
  long: 'Int64',
  ulong: 'UInt64',
  char: 'Char',
  float: 'Single',
  double: 'Double',
  decimal: 'Decimal',
}

/** The types that the language itself speaks of, found once. */
export class WellKnown {
  readonly space: TypeSpace
  readonly object: NamedType
  readonly string: NamedType
  readonly bool: NamedType
  readonly int: NamedType
  readonly exception: NamedType | undefined

  constructor(space: TypeSpace) {
    this.space = space
    this.object = this.named('System.Object')
    this.string = this.named('System.String')
    this.bool = this.named('System.Boolean')
    this.int = this.named('System.Int32')
    this.exception = space.find('System.Exception')?.of()
  }

  numeric(kind: NumericKind): NamedType {
    return this.named(`System.${numericNames[kind]}`)
  }

  named(fullName: string): NamedType {
    return this.definition(fullName).of()
  }

  nullable(type: Type): NamedType {
    return this.definition('System.Nullable', 1).of(type)
  }

  definition(fullName: string, arity = 0): TypeDefinition {
    const found = this.space.find(fullName, arity)
    if (found === undefined) throw new TypeError(`the type tables lack ${fullName}`)
    return found
  }

  generic(fullName: string, ...args: Type[]): NamedType | undefined {
    return this.space.find(fullName, args.length)?.of(...args)
  }
}
