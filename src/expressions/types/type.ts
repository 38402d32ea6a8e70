/**
 * .NET types as values. A `NamedType` is interned by its definition and arguments, an `ArrayType` by its element and rank:
 * equal types are the same object, so `===` compares them.
 */
export type Type = NamedType | ArrayType | TypeParameter

export type TypeKind = 'class' | 'struct' | 'interface' | 'enum' | 'delegate' | 'static class'

/** A declared type, open when it has parameters: `System.String`, `System.Collections.Generic.List<T>`. */
export class TypeDefinition {
  readonly kind: TypeKind
  /** Without arity or arguments: `System.Collections.Generic.List`. */
  readonly fullName: string
  readonly parameters: readonly TypeParameter[]
  /** The header's text after `:`, still to be parsed: base class and interfaces, as C# writes them. */
  readonly baseList: string
  readonly table: MemberTable
  readonly #instances: { readonly args: readonly Type[]; readonly type: NamedType }[] = []

  constructor(kind: TypeKind, fullName: string, parameters: readonly string[], baseList: string, table: MemberTable) {
    this.kind = kind
    this.fullName = fullName
    this.parameters = parameters.map((name, index) => new TypeParameter(name, index))
    this.baseList = baseList
    this.table = table
  }

  get name(): string {
    return this.fullName.slice(this.fullName.lastIndexOf('.') + 1)
  }

  /** The type with these arguments (none for a type without parameters). */
  of(...args: readonly Type[]): NamedType {
    for (const known of this.#instances) if (known.args.every((arg, i) => arg === args[i])) return known.type
    if (args.length !== this.parameters.length)
      throw new TypeError(`${this.fullName} takes ${this.parameters.length} type arguments`)
    const type = new NamedType(this, args)
    this.#instances.push({ args, type })
    return type
  }
}

export class NamedType {
  readonly definition: TypeDefinition
  readonly args: readonly Type[]

  constructor(definition: TypeDefinition, args: readonly Type[]) {
    this.definition = definition
    this.args = args
  }

  /** The same definition with other arguments. */
  with(args: readonly Type[]): NamedType {
    return this.definition.of(...args)
  }

  /** As .NET's Type.FullName without the assembly part: `System.Int32`, ``System.Collections.Generic.List`1``. */
  get fullName(): string {
    return this.args.length === 0 ? this.definition.fullName : `${this.definition.fullName}\`${this.args.length}`
  }
}

export class ArrayType {
  readonly element: Type
  readonly rank: number

  private constructor(element: Type, rank: number) {
    this.element = element
    this.rank = rank
  }

  static readonly #known = new Map<Type, ArrayType[]>()

  static of(element: Type, rank = 1): ArrayType {
    const known = ArrayType.#known.get(element) ?? []
    const found = known.find(type => type.rank === rank)
    if (found !== undefined) return found
    const made = new ArrayType(element, rank)
    ArrayType.#known.set(element, [...known, made])
    return made
  }

  get fullName(): string {
    return `${this.element.fullName}[${','.repeat(this.rank - 1)}]`
  }
}

/** `T` of a generic type or method while it stands open; replaced before anything runs. */
export class TypeParameter {
  readonly name: string
  readonly index: number

  constructor(name: string, index: number) {
    this.name = name
    this.index = index
  }

  get fullName(): string {
    return this.name
  }
}

/**
 * The members of a type: a C# signature to what runs. The signature is the contract, written as the .NET reference writes it
 * (type names short or full); `define-type.ts` says what each form receives.
 */
export type MemberTable = Readonly<Record<string, Member>>

// biome-ignore lint/suspicious/noExplicitAny: an implementation's parameters have the types that its signature states; TypeScript cannot read those
export type Implementation = (...args: any[]) => unknown

export type Member = Implementation | { readonly get?: Implementation; readonly set?: Implementation } | Constant

export type Constant = { readonly constant: unknown }
