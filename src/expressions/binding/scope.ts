import type { LocalFunction } from '../syntax/nodes.ts'
import type { Type, TypeParameter } from '../types/type.ts'

/** A local variable, parameter or temporary. */
export class Local {
  readonly name: string
  /** Where it was declared; -1 for temporaries. */
  readonly offset: number
  /** Of an `out var`, set when the call is resolved. */
  type: Type
  readonly kind: 'variable' | 'parameter' | 'temporary' | 'constant' | 'readonly'
  /** Parameters declared `ref` or `out` hold a Ref. */
  readonly mode: 'value' | 'ref' | 'out'
  readonly constant: { readonly value: unknown } | undefined
  /** The function that declares it: a use from another one captures. */
  readonly owner: FunctionFrame | undefined
  captured = false
  /** Whether something assigns it after its declaration, or takes a reference to it. */
  reassigned = false
  referenced = false
  /** The local that it was declared as a copy of: `object b = a`. */
  copyOf: Local | undefined = undefined
  /** Whether its type is still to come: an `out var`, or a variable of a deconstruction. */
  awaited = false

  constructor(fields: {
    name: string
    type: Type
    kind: Local['kind']
    offset?: number
    mode?: Local['mode']
    constant?: Local['constant']
    owner?: FunctionFrame | undefined
  }) {
    this.name = fields.name
    this.type = fields.type
    this.kind = fields.kind
    this.offset = fields.offset ?? -1
    this.mode = fields.mode ?? 'value'
    this.constant = fields.constant
    this.owner = fields.owner
  }
}

export interface FunctionParameterSymbol {
  readonly name: string
  readonly type: Type
  readonly mode: 'value' | 'ref' | 'out'
  readonly isParams: boolean
  readonly optional: { readonly value: unknown } | undefined
}

/** A local function; a generic one is bound once for each list of type arguments that it is called with. */
export class LocalFunctionSymbol {
  readonly name: string
  readonly syntax: LocalFunction
  readonly scope: Scope
  readonly typeParameters: readonly TypeParameter[]
  readonly parameters: readonly FunctionParameterSymbol[]
  readonly returns: Type

  constructor(fields: Pick<LocalFunctionSymbol, 'name' | 'syntax' | 'scope' | 'typeParameters' | 'parameters' | 'returns'>) {
    this.name = fields.name
    this.syntax = fields.syntax
    this.scope = fields.scope
    this.typeParameters = fields.typeParameters
    this.parameters = fields.parameters
    this.returns = fields.returns
  }
}

/** What a jump or a `return` inside a function body needs to know. */
export class FunctionFrame {
  readonly kind: 'main' | 'lambda' | 'function'
  /** Undefined while a lambda's return type is inferred. */
  readonly returns: Type | undefined
  readonly parent: FunctionFrame | undefined
  yields = false
  /** `ref T F(…)`: its returns are `return ref`. */
  byReference = false
  /** What an iterator function yields. */
  readonly element: Type | undefined

  constructor(kind: FunctionFrame['kind'], returns: Type | undefined, parent: FunctionFrame | undefined, element?: Type) {
    this.element = element
    this.kind = kind
    this.returns = returns
    this.parent = parent
  }
}

/** What a name means besides types and members of the host. */
export type ScopeEntry =
  | { readonly kind: 'local'; readonly local: Local }
  | { readonly kind: 'function'; readonly symbol: LocalFunctionSymbol }
  | { readonly kind: 'type parameter'; readonly type: Type }
  /** A query's range variable, by way of the transparent parameter's members. */
  | { readonly kind: 'alias'; readonly path: readonly string[] }

export class Scope {
  readonly parent: Scope | undefined
  readonly frame: FunctionFrame
  readonly #names = new Map<string, ScopeEntry>()
  /** Locals that the block (not an inner one) declares, in order. */
  readonly locals: Local[] = []
  readonly functions: LocalFunctionSymbol[] = []
  /** Whether arithmetic is checked here. */
  readonly checked: boolean
  /** Whether the author wrote `unchecked` around: constants may wrap there. */
  readonly unchecked: boolean
  /** Inner scopes of one statement hand their locals to the block around. */
  readonly holder: Scope
  /** Where declaration statements put their names: the sections of a switch share one space, their patterns do not. */
  readonly declarations: Scope

  constructor(
    parent: Scope | undefined,
    frame: FunctionFrame,
    more: { checked?: boolean; holder?: Scope; declarations?: Scope } = {},
  ) {
    this.parent = parent
    this.frame = frame
    this.checked = more.checked ?? parent?.checked ?? false
    this.unchecked = more.checked === undefined ? (parent?.unchecked ?? false) : !more.checked
    this.holder = more.holder ?? this
    this.declarations = more.declarations ?? this
  }

  find(name: string): ScopeEntry | undefined {
    return this.#names.get(name) ?? this.parent?.find(name)
  }

  has(name: string): boolean {
    return this.#names.has(name)
  }

  put(name: string, entry: ScopeEntry): void {
    this.#names.set(name, entry)
  }
}
