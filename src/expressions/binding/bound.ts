import type { Block, Expression, LambdaFields, Span } from '../syntax/nodes.ts'
import type { NumericKind } from '../types/facts.ts'
import type { Method, Property } from '../types/members.ts'
import type { NamedType, Type } from '../types/type.ts'
import type { Local, LocalFunctionSymbol, Scope } from './scope.ts'

/**
 * The typed tree: names are resolved, conversions stand where they happen, every node knows its type. Raw values
 * (types/values.ts) flow between nodes.
 */
type Node<Kind extends string, Fields = unknown> = Span & { readonly kind: Kind; readonly type: Type } & Readonly<Fields>

/** A folded value: raw, of the node's type. */
export interface Constant {
  readonly value: unknown
}

export type Bound =
  | Node<'constant', { constant: Constant }>
  | Node<'local', { local: Local }>
  | Node<'global', { name: string }>
  | Node<
      'call',
      {
        method: Method
        types: readonly Type[]
        receiver: Bound | undefined
        args: readonly Bound[]
        order: readonly number[] | undefined
      }
    >
  | Node<
      'local call',
      { target: LocalFunctionSymbol; types: readonly Type[]; args: readonly Bound[]; order: readonly number[] | undefined }
    >
  | Node<'delegate call', { target: Bound; args: readonly Bound[] }>
  | Node<'property', { property: Property; types: readonly Type[]; receiver: Bound | undefined; args: readonly Bound[] }>
  | Node<'array element', { array: Bound; indexes: readonly Bound[] }>
  | Node<'array length', { array: Bound }>
  | Node<'tuple item', { tuple: Bound; index: number }>
  | Node<'anonymous item', { target: Bound; index: number }>
  | Node<'array', { element: Type; sizes: readonly Bound[]; items: readonly Bound[] | undefined; lengths: readonly number[] }>
  | Node<'tuple', { items: readonly Bound[]; names: readonly (string | undefined)[] }>
  | Node<'anonymous object', { items: readonly Bound[] }>
  /** Builds an object, then runs the effects with it in `local`; the value is the object. */
  | Node<'initialized', { create: Bound; local: Local; effects: readonly Bound[] }>
  | Node<'lambda', { parameters: readonly Local[]; body: BoundStatement; expression: Bound | undefined }>
  /** A delegate over a method; `kept` holds the receiver from when it was made. */
  | Node<'method reference', { receiver: Bound | undefined; kept: Local | undefined; parameters: readonly Local[]; call: Bound }>
  | Node<'conversion', { conversion: Conversion; operand: Bound; checked: boolean }>
  | Node<'unary', { operator: '-' | '~' | '!'; numeric: NumericKind | 'bool'; operand: Bound; checked: boolean }>
  | Node<
      'binary',
      {
        operator: ArithmeticOperator
        numeric: NumericKind | 'bool' | 'string' | 'reference'
        left: Bound
        right: Bound
        checked: boolean
      }
    >
  /** Runs `body`, in which the operands are locals, when no operand is null; otherwise gives `whenNull`. */
  | Node<
      'lifted',
      { operands: readonly Bound[]; locals: readonly Local[]; body: Bound; whenNull: 'null' | 'false' | 'equal' | 'unequal' }
    >
  /** Three-valued `&` and `|` of bool?. */
  | Node<'lifted logic', { operator: '&' | '|'; left: Bound; right: Bound }>
  | Node<'concat', { parts: readonly Bound[] }>
  | Node<'interpolation', { parts: readonly (string | InterpolationHole)[] }>
  | Node<'logical', { operator: '&&' | '||'; left: Bound; right: Bound }>
  /** `a && b` by user-defined `&` with `true`/`false`; `left` is in `local`. */
  | Node<'coalesce', { left: Bound; local: Local; whenNotNull: Bound; right: Bound }>
  | Node<'conditional', { condition: Bound; whenTrue: Bound; whenFalse: Bound }>
  | Node<'conditional access', { target: Bound; local: Local; access: Bound }>
  | Node<'assign', { target: Bound; value: Bound }>
  | Node<'compound', { target: Bound; current: Local; value: Bound; postfix: boolean }>
  | Node<'not null', { operand: Bound }>
  | Node<'deconstruct', { value: Bound; local: Local; steps: readonly Bound[]; result: Bound | undefined }>
  | Node<'is', { operand: Bound; local: Local; pattern: BoundPattern }>
  | Node<'sequence', { effects: readonly Bound[]; value: Bound }>
  | Node<'typeof', { of: Type }>
  | Node<'default'>
  | Node<'throw', { value: Bound }>
  | Node<'reference', { target: Bound; mode: 'ref' | 'out' }>
  /** What a reference names; `operand` is a call of a function that returns by reference. */
  | Node<'dereference', { operand: Bound }>
  | Node<'combine delegates', { remove: boolean; left: Bound; right: Bound }>
  | Node<'dynamic', { site: DynamicSite; operands: readonly Bound[] }>
  | NonValue

/** What has no value by itself: only certain places accept these. */
export type NonValue =
  | Node<'type'>
  | Node<'namespace', { name: string }>
  | Node<
      'method group',
      {
        name: string
        receiver: Bound | undefined
        ofType: Type | undefined
        typeArgs: readonly Type[] | undefined
        nameStart: number
      }
    >
  | Node<'local function', { symbol: LocalFunctionSymbol; typeArgs: readonly Type[] | undefined }>
  | Node<'unbound lambda', { syntax: Expression & LambdaFields; scope: Scope }>
  | Node<'default literal'>
  | Node<'throw expression', { value: Bound }>
  /** `out var x`: its type is the parameter's. */
  | Node<'out variable', { local: Local }>
  | Node<'discard'>
  | Node<'error'>

export interface InterpolationHole {
  readonly value: Bound
  readonly alignment: number | undefined
  readonly format: string | undefined
}

export type ArithmeticOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '<<'
  | '>>'
  | '&'
  | '|'
  | '^'
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='

/** How a value of one type becomes one of another. */
export type Conversion =
  | { readonly kind: 'identity' }
  | { readonly kind: 'numeric'; readonly implicit: boolean; readonly from: NumericKind; readonly to: NumericKind }
  | { readonly kind: 'enum'; readonly implicit: boolean; readonly from: NumericKind; readonly to: NumericKind }
  | { readonly kind: 'null' }
  | { readonly kind: 'reference'; readonly implicit: boolean }
  | { readonly kind: 'boxing' }
  | { readonly kind: 'unboxing' }
  | {
      readonly kind: 'nullable'
      readonly implicit: boolean
      readonly inner: Conversion
      readonly fromNull: boolean
      readonly toNull: boolean
    }
  | {
      readonly kind: 'user'
      readonly implicit: boolean
      readonly method: Method
      readonly owner: NamedType
      readonly before: Conversion
      readonly after: Conversion
    }
  | { readonly kind: 'tuple'; readonly implicit: boolean; readonly items: readonly Conversion[] }
  | { readonly kind: 'lambda' | 'method group' | 'default' | 'throw' }
  | { readonly kind: 'constant' }
  | { readonly kind: 'as' }
  | { readonly kind: 'dynamic' }

export type BoundPattern =
  | { readonly kind: 'constant'; readonly value: Bound }
  | { readonly kind: 'type'; readonly type: Type; readonly local: Local | undefined }
  | { readonly kind: 'any'; readonly local: Local | undefined }

/** An operation whose binding waits for the operands' run-time types; see dynamic.ts. */
export type DynamicSite =
  | { readonly kind: 'member'; readonly name: string; readonly assign: boolean }
  | { readonly kind: 'index'; readonly assign: boolean }
  | { readonly kind: 'call'; readonly name: string; readonly typeArgs: readonly Type[] | undefined }
  | { readonly kind: 'static call'; readonly of: Type; readonly name: string; readonly typeArgs: readonly Type[] | undefined }
  | { readonly kind: 'invoke' }
  | { readonly kind: 'new'; readonly of: Type }
  /** `true`: a condition. */
  | { readonly kind: 'unary'; readonly operator: string }
  /** `inJson`: on what JValues hold, by Newtonsoft's rules. */
  | { readonly kind: 'binary'; readonly operator: string; readonly inJson?: true }
  | { readonly kind: 'convert'; readonly to: Type; readonly explicit: boolean }
  | { readonly kind: 'iterate' }

export type BoundStatement =
  | (Span & { readonly kind: 'block' } & BlockFields)
  | (Span & { readonly kind: 'expression'; readonly expression: Bound })
  | (Span & { readonly kind: 'declare'; readonly local: Local; readonly value: Bound | undefined })
  | (Span & {
      readonly kind: 'if'
      readonly condition: Bound
      readonly consequence: BoundStatement
      readonly otherwise: BoundStatement | undefined
    })
  | (Span & { readonly kind: 'loop' } & LoopFields)
  | (Span & { readonly kind: 'foreach' } & ForeachFields)
  | (Span & { readonly kind: 'switch' } & SwitchFields)
  | (Span & { readonly kind: 'return'; readonly value: Bound | undefined })
  | (Span & { readonly kind: 'yield'; readonly value: Bound | undefined })
  | (Span & { readonly kind: 'break' | 'continue'; readonly target: JumpTarget })
  | (Span & { readonly kind: 'goto'; readonly target: LabelTarget })
  | (Span & { readonly kind: 'label'; readonly target: LabelTarget })
  | (Span & { readonly kind: 'goto case'; readonly target: JumpTarget; readonly section: number })
  | (Span & { readonly kind: 'throw'; readonly value: Bound | undefined })
  | (Span & { readonly kind: 'try' } & TryFields)
  | (Span & { readonly kind: 'empty' })

export interface BlockFields {
  /** All locals that the block declares, out and pattern variables too: fresh on each entry. */
  readonly locals: readonly Local[]
  readonly functions: readonly LocalFunctionSymbol[]
  readonly statements: readonly BoundStatement[]
  readonly labels: readonly LabelTarget[]
}

/** What `break` and `continue` leave; `used` once something jumps there. */
export interface JumpTarget {
  readonly kind: 'loop' | 'switch'
  /** Sections that a `goto case` enters. */
  readonly entered: Set<number>
  broken: boolean
}

export interface LabelTarget {
  readonly name: string
  used: boolean
  defined: boolean
}

/** `while`, `do` and `for`, after their initialisers. */
export interface LoopFields {
  readonly target: JumpTarget
  readonly condition: Bound | undefined
  /** Locals that the condition declares: fresh each turn. */
  readonly locals: readonly Local[]
  readonly conditionLast: boolean
  readonly steps: readonly Bound[]
  readonly body: BoundStatement
}

export interface ForeachFields {
  readonly target: JumpTarget
  /** How the source is read: by index, or through its iterator. */
  readonly over: 'array' | 'string' | 'iterable' | 'boxed' | 'dynamic'
  readonly source: Bound
  /** The element as it comes; `assign` puts it into the author's variables. */
  readonly element: Local
  readonly locals: readonly Local[]
  readonly assign: readonly Bound[]
  readonly body: BoundStatement
}

export interface SwitchFields {
  readonly target: JumpTarget
  readonly value: Bound
  readonly local: Local
  readonly locals: readonly Local[]
  readonly functions: readonly LocalFunctionSymbol[]
  readonly sections: readonly BoundSection[]
  readonly defaultSection: number | undefined
}

export interface BoundSection {
  readonly labels: readonly { readonly pattern: BoundPattern | undefined; readonly when: Bound | undefined }[]
  readonly statements: readonly BoundStatement[]
}

export interface TryFields {
  readonly body: BoundStatement
  readonly catches: readonly BoundCatch[]
  readonly finally: BoundStatement | undefined
}

export interface BoundCatch {
  readonly type: Type
  readonly local: Local | undefined
  /** Locals that the filter declares. */
  readonly locals: readonly Local[]
  readonly filter: Bound | undefined
  readonly body: BoundStatement
}

/** The body of a local function or lambda, and where it came from. */
export type FunctionBody = Block | Expression
