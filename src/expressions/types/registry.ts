import { type NamedType, TypeDefinition } from './type.ts'

/**
 * The types that names can mean: definitions by full name and arity, and by short name for signatures. A host's space lies over
 * the standard one.
 */
export class TypeSpace {
  readonly #parent: TypeSpace | undefined
  readonly #byFullName = new Map<string, TypeDefinition>()
  readonly #byName = new Map<string, TypeDefinition[]>()
  readonly #namespaces = new Set<string>()

  constructor(parent?: TypeSpace) {
    this.#parent = parent
  }

  add(definitions: Iterable<TypeDefinition>): void {
    for (const definition of definitions) this.#addOne(definition)
  }

  #addOne(definition: TypeDefinition): void {
    const arity = definition.parameters.length
    if (this.#byFullName.get(keyOf(definition.fullName, arity)) === definition) return
    this.#byFullName.set(keyOf(definition.fullName, arity), definition)
    const short = keyOf(definition.name, arity)
    this.#byName.set(short, [...(this.#byName.get(short) ?? []), definition])
    const parts = definition.fullName.split('.')
    for (let length = 1; length < parts.length; length++) this.#namespaces.add(parts.slice(0, length).join('.'))
    if (!homes.has(definition)) homes.set(definition, this)
  }

  /**
   * A definition that another space has as well reads the names in its signatures there: both must mean the same by them. Answers a
   * definition for which they do not; undefined when all is well.
   */
  conflict(): TypeDefinition | undefined {
    const own = [...this.#byFullName.values()]
    return own.find(definition => {
      const home = spaceOf(definition)
      return home !== this && own.some(each => home.find(each.fullName, each.parameters.length) !== each)
    })
  }

  /** Signatures of a definition without a name of its own (an anonymous type) are looked up here. */
  adopt(definition: TypeDefinition): void {
    homes.set(definition, this)
  }

  /** The definition of that full name (`System.Collections.Generic.List`, arity 1); undefined when there is none. */
  find(fullName: string, arity = 0): TypeDefinition | undefined {
    return this.#byFullName.get(keyOf(fullName, arity)) ?? this.#parent?.find(fullName, arity)
  }

  /** All definitions of that name without its namespace. */
  findByName(name: string, arity = 0): readonly TypeDefinition[] {
    const own = this.#byName.get(keyOf(name, arity)) ?? []
    const above = this.#parent?.findByName(name, arity) ?? []
    return own.length === 0 ? above : [...own, ...above]
  }

  /** Whether some type lives in that namespace or below it. */
  hasNamespace(name: string): boolean {
    return this.#namespaces.has(name) || (this.#parent?.hasNamespace(name) ?? false)
  }

  *all(): Iterable<TypeDefinition> {
    if (this.#parent !== undefined) yield* this.#parent.all()
    yield* this.#byFullName.values()
  }
}

const keyOf = (name: string, arity: number) => (arity === 0 ? name : `${name}\`${arity}`)

/** The space that each definition was first added to: where the names in its signatures are looked up. */
const homes = new WeakMap<TypeDefinition, TypeSpace>()

/** The .NET types that every compiler has. Written once, when runtime/all-types.ts is loaded. */
export const standardTypes = new TypeSpace()

/** Where the names in the definition's signatures are looked up. */
export function spaceOf(definition: TypeDefinition): TypeSpace {
  return homes.get(definition) ?? standardTypes
}

/** Makes definitions known to `lookupType` and to signatures. */
export function registerTypes(definitions: Iterable<TypeDefinition>): void {
  standardTypes.add(definitions)
}

/** The definition of a standard type by its full name and number of type parameters. Throws TypeError when nothing registered it. */
export function lookupDefinition(fullName: string, arity = 0): TypeDefinition {
  const found = standardTypes.find(fullName, arity)
  if (found === undefined) throw new TypeError(`no type ${keyOf(fullName, arity)} is registered`)
  return found
}

/** The standard type of that full name: `lookupType('System.Int32')`, `lookupType('System.Collections.Generic.List', int32)`. */
export function lookupType(fullName: string, ...args: NamedType['args']): NamedType {
  return lookupDefinition(fullName, args.length).of(...args)
}

/** `void`, `dynamic` and the type of `null`: types of the language that no table declares. */
const special = (kind: 'struct' | 'class', name: string) => new TypeDefinition(kind, name, [], '', {}).of()
export const voidType = special('struct', 'System.Void')
export const dynamicType = special('class', 'dynamic')
export const nullType = special('class', '<null>')
/** Stands where a type could not be told; everything converts to and from it, so that one fault is reported once. */
export const errorType = special('class', '<error>')
