export type Axis =
  | 'ancestor'
  | 'ancestor-or-self'
  | 'attribute'
  | 'child'
  | 'descendant'
  | 'descendant-or-self'
  | 'following'
  | 'following-sibling'
  | 'parent'
  | 'preceding'
  | 'preceding-sibling'
  | 'self'

/** XPath 1.0's node tests. A null local name is `*`; `prefix` is '' for a name without one. */
export type NodeTest =
  | { readonly kind: 'name'; readonly prefix: string; readonly local: string | null }
  | { readonly kind: 'node' | 'text' | 'comment' }
  | { readonly kind: 'instruction'; readonly target: string | undefined }

export interface LocationStep {
  readonly axis: Axis
  readonly test: NodeTest
  readonly predicates: readonly Expr[]
}

export type BinaryOperator = 'or' | 'and' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | 'div' | 'mod' | '|'

export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'negate'; readonly of: Expr }
  /** `absolute` starts at the document; `from` is a filter expression before the first `/`. */
  | {
      readonly kind: 'path'
      readonly absolute: boolean
      readonly from: Expr | undefined
      readonly predicates: readonly Expr[]
      readonly steps: readonly LocationStep[]
    }
