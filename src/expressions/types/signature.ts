import { defaultOf } from './defaults.ts'
import { enumMembers } from './enums.ts'
import { isEnum, numericKind } from './facts.ts'
import { namesOf } from './hierarchy.ts'
import type { Constraint, Members, Method, Parameter, Property } from './members.ts'
import { SignatureScanner } from './signature-scanner.ts'
import { parseType, type TypeNames } from './signature-types.ts'
import { type Implementation, type Member, NamedType, type Type, type TypeDefinition, TypeParameter } from './type.ts'

const parsed = new WeakMap<TypeDefinition, Members>()

/** The members of a definition, its table parsed on first use. */
export function membersOf(definition: TypeDefinition): Members {
  const known = parsed.get(definition)
  if (known !== undefined) return known
  const made = new TableReader(definition).read()
  parsed.set(definition, made)
  return made
}

const modifiers: ReadonlySet<string> = new Set([
  'static',
  'readonly',
  'override',
  'virtual',
  'abstract',
  'sealed',
  'public',
  'explicit',
  'implicit',
  'const',
])

class TableReader {
  readonly #definition: TypeDefinition
  readonly #methods = new Map<string, Method[]>()
  readonly #properties = new Map<string, Property>()
  readonly #indexers: Property[] = []
  readonly #constructors: Method[] = []
  readonly #operators = new Map<string, Method[]>()
  readonly #implicit: Method[] = []
  readonly #explicit: Method[] = []
  readonly #faults: string[] = []

  constructor(definition: TypeDefinition) {
    this.#definition = definition
  }

  read(): Members {
    for (const [signature, member] of Object.entries(this.#definition.table)) {
      if (signature.startsWith('[')) continue
      try {
        this.#member(signature, member)
      } catch (error) {
        if (!(error instanceof TypeError)) throw error
        this.#faults.push(error.message)
      }
    }
    return {
      methods: this.#methods,
      properties: this.#properties,
      indexers: this.#indexers,
      constructors: this.#constructors,
      operators: this.#operators,
      implicit: this.#implicit,
      explicit: this.#explicit,
      faults: this.#faults,
    }
  }

  #member(signature: string, member: Member): void {
    const scanner = new SignatureScanner(signature)
    const names = namesOf(this.#definition)
    const words = new Set<string>()
    while (modifiers.has(scanner.peek ?? '')) words.add(scanner.next())
    if (words.has('const')) {
      this.#constant(scanner, names, member)
      return
    }
    if (scanner.peek === 'new' && scanner.peekAt(1) === '(') {
      this.#creator(scanner, names, member)
      return
    }
    if (scanner.accept('operator')) {
      this.#conversion(scanner, names, member, words.has('implicit'))
      return
    }
    const withOwn = this.#ownParameters(signature, names)
    const type = parseType(scanner, withOwn.names)
    if (scanner.accept('operator')) {
      this.#operator(scanner, withOwn.names, member, type)
      return
    }
    if (scanner.accept('this')) {
      this.#indexer(scanner, names, member, type, words.has('static'))
      return
    }
    const name = scanner.next()
    if (scanner.peek === '(' || scanner.peek === '<')
      this.#method(scanner, withOwn, member, { name, type, isStatic: words.has('static') })
    else this.#property(member, { name, type, isStatic: words.has('static') })
  }

  /** `Name<A, B>(`: the method's type parameters must be known before its return type is read. */
  #ownParameters(signature: string, names: TypeNames): { readonly names: TypeNames; readonly own: readonly TypeParameter[] } {
    const list = /\w<([\w\s,]+)>\s*\(/.exec(signature.replace(/\((?:.|\n)*$/, '('))?.[1]
    const method = /\s(\w+)<[\w\s,]+>\s*\(/.exec(signature.replace(/\((?:.|\n)*$/, '('))
    if (list === undefined || method === null) return { names, own: [] }
    const own = list.split(',').map((name, index) => new TypeParameter(name.trim(), index))
    return {
      names: { ...names, parameters: new Map([...names.parameters, ...own.map(each => [each.name, each] as const)]) },
      own,
    }
  }

  #constant(scanner: SignatureScanner, names: TypeNames, member: Member): void {
    const self = this.#definition.of(...this.#definition.parameters)
    const type = scanner.peekAt(1) === undefined ? self : parseType(scanner, names)
    const name = scanner.next()
    const value: unknown = typeof member === 'object' && 'constant' in member ? member.constant : member
    this.#properties.set(name, this.#makeProperty({ name, type, isStatic: true }, [], { constant: { value } }))
  }

  #creator(scanner: SignatureScanner, names: TypeNames, member: Member): void {
    scanner.next()
    const { parameters } = this.#parameters(scanner, names)
    const takesTypes = this.#definition.parameters.length > 0
    const returns = this.#definition.of(...this.#definition.parameters)
    this.#constructors.push({ ...this.#makeMethod('.ctor', parameters, returns, member, true), isConstructor: true, takesTypes })
  }

  #conversion(scanner: SignatureScanner, names: TypeNames, member: Member, implicit: boolean): void {
    const returns = parseType(scanner, names)
    const { parameters } = this.#parameters(scanner, names)
    const list = implicit ? this.#implicit : this.#explicit
    list.push(this.#makeMethod(implicit ? 'op_Implicit' : 'op_Explicit', parameters, returns, member, true))
  }

  #operator(scanner: SignatureScanner, names: TypeNames, member: Member, returns: Type): void {
    let sign = scanner.next()
    while (scanner.peek !== '(') sign += scanner.next()
    const { parameters } = this.#parameters(scanner, names)
    this.#operators.set(sign, [...(this.#operators.get(sign) ?? []), this.#makeMethod(sign, parameters, returns, member, true)])
  }

  #indexer(scanner: SignatureScanner, names: TypeNames, member: Member, type: Type, isStatic: boolean): void {
    scanner.expect('[')
    const parameters: Parameter[] = []
    do parameters.push(this.#parameter(scanner, names))
    while (scanner.accept(','))
    scanner.expect(']')
    this.#indexers.push(this.#makeProperty({ name: 'this', type, isStatic }, parameters, accessors(member)))
  }

  #method(
    scanner: SignatureScanner,
    { names, own }: { readonly names: TypeNames; readonly own: readonly TypeParameter[] },
    member: Member,
    { name, type, isStatic }: Heading,
  ): void {
    if (own.length > 0) while (scanner.peek !== '(') scanner.next()
    const { parameters, isExtension } = this.#parameters(scanner, names)
    const constraints = parseConstraints(scanner, names, own)
    const takesTypes = own.length > 0 || (isStatic && this.#definition.parameters.length > 0)
    const method = {
      ...this.#makeMethod(name, parameters, type, member, isStatic),
      isExtension,
      typeParameters: own,
      constraints,
      takesTypes,
    }
    this.#methods.set(name, [...(this.#methods.get(name) ?? []), method])
  }

  #property(member: Member, heading: Heading): void {
    this.#properties.set(heading.name, this.#makeProperty(heading, [], accessors(member)))
  }

  #makeMethod(name: string, parameters: readonly Parameter[], returns: Type, member: Member, isStatic: boolean): Method {
    const takesTypes = isStatic && this.#definition.parameters.length > 0
    const run = typeof member === 'function' ? member : undefined
    return {
      name,
      owner: this.#definition,
      isStatic,
      isExtension: false,
      isConstructor: false,
      typeParameters: [],
      constraints: [],
      parameters,
      returns,
      run,
      takesTypes,
    }
  }

  #makeProperty({ name, type, isStatic }: Heading, parameters: readonly Parameter[], more: Partial<Property>): Property {
    const takesTypes = isStatic && this.#definition.parameters.length > 0
    return {
      name,
      owner: this.#definition,
      isStatic,
      type,
      parameters,
      get: undefined,
      set: undefined,
      constant: undefined,
      takesTypes,
      ...more,
    }
  }

  #parameters(
    scanner: SignatureScanner,
    names: TypeNames,
  ): { readonly parameters: readonly Parameter[]; readonly isExtension: boolean } {
    scanner.expect('(')
    const parameters: Parameter[] = []
    const isExtension = scanner.accept('this')
    if (!scanner.accept(')')) {
      do parameters.push(this.#parameter(scanner, names))
      while (scanner.accept(','))
      scanner.expect(')')
    }
    return { parameters, isExtension }
  }

  #parameter(scanner: SignatureScanner, names: TypeNames): Parameter {
    const isParams = scanner.accept('params')
    const mode = scanner.accept('out') ? 'out' : scanner.accept('ref') ? 'ref' : 'value'
    const type = parseType(scanner, names)
    const name = /^@?\w+$/.test(scanner.peek ?? '') ? scanner.next().replace(/^@/, '') : ''
    const optional = scanner.accept('=') ? { value: defaultValue(scanner.next(), type, scanner) } : undefined
    return { name, type, mode, isParams, optional }
  }
}

/** { `where` T `:` ( type | `class` | `struct` | `new()` ) { `,` … } } */
function parseConstraints(scanner: SignatureScanner, names: TypeNames, own: readonly TypeParameter[]): Constraint[] {
  const constraints: Constraint[] = []
  while (scanner.accept('where')) {
    const name = scanner.next()
    scanner.expect(':')
    const types: Type[] = []
    let kind: Constraint['kind']
    do {
      if (scanner.accept('class')) kind = 'class'
      else if (scanner.accept('struct')) kind = 'struct'
      else if (scanner.accept('new')) {
        scanner.expect('(')
        scanner.expect(')')
      } else types.push(parseType(scanner, names))
    } while (scanner.accept(','))
    const parameter = own.find(each => each.name === name)
    if (parameter !== undefined) constraints.push({ parameter, types, kind })
  }
  return constraints
}

interface Heading {
  readonly name: string
  readonly type: Type
  readonly isStatic: boolean
}

function accessors(member: Member): Partial<Property> {
  if (typeof member === 'function') return { get: member }
  if ('constant' in member) return { constant: { value: member.constant } }
  // what is neither a function nor a constant is the pair of accessors
  const { get, set } = member as { readonly get?: Implementation; readonly set?: Implementation }
  return { get, set }
}

/** The raw value of a default as it is written in a signature. */
function defaultValue(text: string, type: Type, scanner: SignatureScanner): unknown {
  if (text === 'default') {
    if (scanner.accept('(')) while (!scanner.accept(')')) scanner.next()
    return type instanceof TypeParameter ? undefined : defaultOf(type)
  }
  if (text === 'null') return null
  if (text === 'true' || text === 'false') return text === 'true'
  if (text.startsWith('"')) return JSON.parse(text) as string
  if (text.startsWith("'")) return text.charCodeAt(1)
  const underlying = type instanceof NamedType && type.definition.fullName === 'System.Nullable' ? (type.args[0] ?? type) : type
  if (isEnum(underlying) && underlying instanceof NamedType)
    return enumMembers(underlying).get(text.slice(text.lastIndexOf('.') + 1))
  const kind = numericKind(underlying)
  if (kind === 'long' || kind === 'ulong') return BigInt(text)
  return Number(text)
}

/** The signature of a delegate type: its parameters and result, closed over the type's arguments by the caller. */
export function invokeOf(type: NamedType): Method | undefined {
  return membersOf(type.definition).methods.get('Invoke')?.[0]
}
