import type { Implementation, Type, TypeDefinition, TypeParameter } from './type.ts'

/** A parameter of a method, constructor, operator, indexer or delegate. */
export interface Parameter {
  readonly name: string
  readonly type: Type
  readonly mode: 'value' | 'ref' | 'out'
  readonly isParams: boolean
  /** Present when the argument may be left out: its raw value. */
  readonly optional: { readonly value: unknown } | undefined
}

export interface Constraint {
  readonly parameter: TypeParameter
  readonly types: readonly Type[]
  readonly kind: 'class' | 'struct' | undefined
}

/** A method, extension method, constructor or operator, as its signature declares it: with the definition's open types. */
export interface Method {
  readonly name: string
  readonly owner: TypeDefinition
  readonly isStatic: boolean
  readonly isExtension: boolean
  readonly isConstructor: boolean
  readonly typeParameters: readonly TypeParameter[]
  /** `where T : …`, as far as it names types or asks for a class or struct. */
  readonly constraints: readonly Constraint[]
  readonly parameters: readonly Parameter[]
  readonly returns: Type
  /** Absent for a delegate's Invoke. */
  readonly run: Implementation | undefined
  /** Whether `run` takes the array of closed type arguments first: the owner's (static members), then the method's own. */
  readonly takesTypes: boolean
}

/** A property, field or indexer (which has parameters). */
export interface Property {
  readonly name: string
  readonly owner: TypeDefinition
  readonly isStatic: boolean
  readonly type: Type
  readonly parameters: readonly Parameter[]
  readonly get: Implementation | undefined
  readonly set: Implementation | undefined
  /** Present for `const`: the raw value. */
  readonly constant: { readonly value: unknown } | undefined
  readonly takesTypes: boolean
}

/** Everything that a definition's table declares, parsed. */
export interface Members {
  readonly methods: ReadonlyMap<string, readonly Method[]>
  readonly properties: ReadonlyMap<string, Property>
  readonly indexers: readonly Property[]
  readonly constructors: readonly Method[]
  /** By the operator's sign; unary and binary ones together. */
  readonly operators: ReadonlyMap<string, readonly Method[]>
  readonly implicit: readonly Method[]
  readonly explicit: readonly Method[]
  /** Signatures that could not be read, with the reason. Empty in a sound table. */
  readonly faults: readonly string[]
}
