import type { Literal } from './tokens.ts'

/** Where a node stands: offsets into the source, the end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

type Node<Kind extends string, Fields = unknown> = Span & { readonly kind: Kind } & Readonly<Fields>

// Types

export type TypeSyntax =
  | Node<'named type', { parts: readonly NamePart[] }>
  | Node<'predefined type', { keyword: string }>
  | Node<'array type', { element: TypeSyntax; rank: number }>
  | Node<'nullable type', { element: TypeSyntax }>
  | Node<'tuple type', { elements: readonly { readonly type: TypeSyntax; readonly name: Identifier | undefined }[] }>

/** One name of a dotted name; `args` undefined: no `<…>`, an empty argument of `typeof(List<>)`: undefined inside. */
export interface NamePart extends Span {
  readonly name: string
  readonly args: readonly (TypeSyntax | undefined)[] | undefined
}

export interface Identifier extends Span {
  readonly name: string
}

// Expressions

export type Expression =
  | Node<'literal', { value: Literal }>
  | Node<'interpolated', { parts: readonly InterpolationPart[] }>
  | Node<'name', { name: string; args: readonly TypeSyntax[] | undefined }>
  | Node<'type name', { type: TypeSyntax }>
  | Node<'member', { target: Expression; name: string; args: readonly TypeSyntax[] | undefined; nameStart: number }>
  | Node<'call', { target: Expression; args: readonly Argument[] }>
  | Node<'index', { target: Expression; args: readonly Argument[] }>
  /** `target?.access`: the access starts at a `receiver` node. */
  | Node<'conditional access', { target: Expression; access: Expression }>
  | Node<'receiver'>
  | Node<'unary', { operator: UnaryOperator; operand: Expression }>
  | Node<'postfix', { operator: '++' | '--'; operand: Expression }>
  | Node<'binary', { operator: BinaryOperator; left: Expression; right: Expression; operatorStart: number }>
  | Node<'assign', { operator: AssignOperator; target: Expression; value: Expression }>
  | Node<'conditional', { condition: Expression; whenTrue: Expression; whenFalse: Expression }>
  | Node<'cast', { type: TypeSyntax; operand: Expression }>
  | Node<'is', { operand: Expression; pattern: Pattern }>
  | Node<'as', { operand: Expression; type: TypeSyntax }>
  | Node<'lambda', LambdaFields>
  | Node<'new', { type: TypeSyntax; args: readonly Argument[]; initializer: Initializer | undefined }>
  | Node<
      'new array',
      { element: TypeSyntax; sizes: readonly Expression[]; rank: number; initializer: ArrayInitializer | undefined }
    >
  | Node<'implicit array', { rank: number; initializer: ArrayInitializer }>
  | Node<'anonymous object', { members: readonly { readonly name: Identifier | undefined; readonly value: Expression }[] }>
  | ArrayInitializer
  | Node<'tuple', { elements: readonly { readonly name: Identifier | undefined; readonly value: Expression }[] }>
  | Node<'declaration', { type: TypeSyntax; designation: Designation }>
  | Node<'typeof', { type: TypeSyntax }>
  | Node<'default', { type: TypeSyntax | undefined }>
  | Node<'sizeof', { type: TypeSyntax }>
  | Node<'checked', { checked: boolean; operand: Expression }>
  | Node<'parenthesized', { expression: Expression }>
  | Node<'throw', { value: Expression }>
  | Node<'query', { clauses: readonly QueryClause[] }>
  | Node<'error'>

export type LambdaFields = {
  parameters: readonly LambdaParameter[]
  body: Expression | Block
  /** `delegate { … }` takes any parameters. */
  anyParameters?: boolean
  /** Set by the query desugaring: what the names in scope mean inside (a path from the only parameter). */
  aliases?: ReadonlyMap<string, readonly string[]>
  async?: boolean
}

export interface LambdaParameter extends Span {
  readonly name: string
  readonly type: TypeSyntax | undefined
  readonly mode: 'value' | 'ref' | 'out'
}

export type InterpolationPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'hole'
      readonly expression: Expression
      readonly alignment: Expression | undefined
      readonly format: string | undefined
    }

export type UnaryOperator = '+' | '-' | '!' | '~' | '++' | '--'
export type BinaryOperator =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '<<'
  | '>>'
  | '<'
  | '>'
  | '<='
  | '>='
  | '=='
  | '!='
  | '&'
  | '^'
  | '|'
  | '&&'
  | '||'
  | '??'
export type AssignOperator = '=' | '+=' | '-=' | '*=' | '/=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>='

export interface Argument extends Span {
  readonly name: Identifier | undefined
  readonly mode: 'value' | 'ref' | 'out'
  readonly value: Expression
}

export type ArrayInitializer = Node<'array initializer', { items: readonly Expression[] }>

export type Initializer =
  | Node<'object initializer', { members: readonly MemberInitializer[] }>
  | Node<'collection initializer', { items: readonly (readonly Expression[])[] }>

/** `Name = value` or `[index] = value`; the value may be a nested initializer. */
export interface MemberInitializer extends Span {
  readonly name: string | undefined
  readonly index: readonly Argument[] | undefined
  readonly value: Expression | Initializer
}

// Patterns and designations

export type Pattern =
  | Node<'type pattern', { type: TypeSyntax; designation: Designation | undefined }>
  | Node<'constant pattern', { value: Expression }>
  /** `is X`, where X may be a type or a constant: binding decides. */
  | Node<'type or constant pattern', { type: TypeSyntax; value: Expression }>
  | Node<'var pattern', { designation: Designation }>

export type Designation = Node<'single', { name: string }> | Node<'discard'> | Node<'several', { parts: readonly Designation[] }>

// Queries

export type QueryClause =
  | Node<'from', { type: TypeSyntax | undefined; name: Identifier; source: Expression }>
  | Node<'let', { name: Identifier; value: Expression }>
  | Node<'where', { condition: Expression }>
  | Node<'join', JoinFields>
  | Node<'orderby', { keys: readonly { readonly key: Expression; readonly descending: boolean }[] }>
  | Node<'select', { value: Expression }>
  | Node<'group', { value: Expression; key: Expression }>
  | Node<'into', { name: Identifier }>

export type JoinFields = {
  type: TypeSyntax | undefined
  name: Identifier
  source: Expression
  left: Expression
  right: Expression
  into: Identifier | undefined
}

// Statements

export type Block = Node<'block', { statements: readonly Statement[] }>

export type Statement =
  | Block
  | LocalDeclaration
  | Node<'expression statement', { expression: Expression }>
  | Node<'if', { condition: Expression; consequence: Statement; otherwise: Statement | undefined }>
  | Node<'while', { condition: Expression; body: Statement }>
  | Node<'do', { condition: Expression; body: Statement }>
  | Node<'for', ForFields>
  | Node<'foreach', { variable: Expression; source: Expression; body: Statement }>
  | Node<'switch', { value: Expression; sections: readonly SwitchSection[] }>
  /** `byReference`: `return ref value;`. */
  | Node<'return', { value: Expression | undefined; byReference: boolean }>
  | Node<'yield return', { value: Expression }>
  | Node<'yield break'>
  | Node<'break'>
  | Node<'continue'>
  | Node<'throw statement', { value: Expression | undefined }>
  | Node<'try', { body: Block; catches: readonly CatchClause[]; finally: Block | undefined }>
  | Node<'using', { resource: LocalDeclaration | Expression; body: Statement }>
  | Node<'lock', { value: Expression; body: Statement }>
  | Node<'checked block', { checked: boolean; body: Block }>
  | Node<'goto', { label: string; labelStart: number }>
  | Node<'goto case', { value: Expression | undefined }>
  | Node<'labeled', { label: string; statement: Statement }>
  | LocalFunction
  | Node<'empty'>

export type LocalDeclaration = Node<
  'local declaration',
  { type: TypeSyntax; isConst: boolean; isRef: boolean; declarators: readonly Declarator[] }
>

export interface Declarator extends Span {
  readonly name: string
  readonly value: Expression | undefined
  /** `= ref value`. */
  readonly byReference: boolean
}

export type ForFields = {
  initializer: LocalDeclaration | readonly Expression[] | undefined
  condition: Expression | undefined
  steps: readonly Expression[]
  body: Statement
}

export interface SwitchSection extends Span {
  readonly labels: readonly SwitchLabel[]
  readonly statements: readonly Statement[]
}

/** `pattern` undefined: `default:`. */
export interface SwitchLabel extends Span {
  readonly pattern: Pattern | undefined
  readonly when: Expression | undefined
}

export interface CatchClause extends Span {
  readonly type: TypeSyntax | undefined
  readonly name: Identifier | undefined
  readonly filter: Expression | undefined
  readonly body: Block
}

export type LocalFunction = Node<
  'local function',
  {
    name: Identifier
    returns: TypeSyntax
    /** `ref T Name(…)`. */
    returnsRef: boolean
    typeParameters: readonly Identifier[]
    parameters: readonly FunctionParameter[]
    body: Block | Expression
    async: boolean
  }
>

export interface FunctionParameter extends Span {
  readonly name: string
  readonly type: TypeSyntax
  readonly mode: 'value' | 'ref' | 'out'
  readonly params: boolean
  readonly defaultValue: Expression | undefined
}
