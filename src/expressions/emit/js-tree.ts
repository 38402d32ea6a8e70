/**
 * The JavaScript that is emitted, as ESTree nodes (the subset in use). Identifiers are the emitter's own; an author's text
 * appears in `Literal` values alone.
 */
export type Js =
  | { readonly type: 'Identifier'; readonly name: string }
  | { readonly type: 'Literal'; readonly value: string | number | boolean | null | bigint }
  | { readonly type: 'ArrayExpression'; readonly elements: readonly Js[] }
  | { readonly type: 'ObjectExpression'; readonly value: Js }
  | { readonly type: 'UnaryExpression'; readonly operator: '-' | '!' | '~'; readonly argument: Js }
  | { readonly type: 'BinaryExpression'; readonly operator: string; readonly left: Js; readonly right: Js }
  | { readonly type: 'LogicalExpression'; readonly operator: '&&' | '||' | '??'; readonly left: Js; readonly right: Js }
  | { readonly type: 'AssignmentExpression'; readonly left: Js; readonly right: Js }
  | { readonly type: 'ConditionalExpression'; readonly test: Js; readonly consequent: Js; readonly alternate: Js }
  | { readonly type: 'CallExpression'; readonly callee: Js; readonly arguments: readonly Js[] }
  | { readonly type: 'MemberExpression'; readonly object: Js; readonly property: string }
  | { readonly type: 'IndexExpression'; readonly object: Js; readonly index: Js }
  | { readonly type: 'SequenceExpression'; readonly expressions: readonly Js[] }
  | { readonly type: 'ArrowFunctionExpression'; readonly params: readonly string[]; readonly body: Js | readonly JsStatement[] }
  | { readonly type: 'GeneratorExpression'; readonly params: readonly string[]; readonly body: readonly JsStatement[] }

export type JsStatement =
  | { readonly type: 'ExpressionStatement'; readonly expression: Js }
  | {
      readonly type: 'VariableDeclaration'
      readonly kind: 'let' | 'const'
      readonly declarations: readonly { readonly name: string; readonly init: Js | undefined }[]
    }
  | { readonly type: 'BlockStatement'; readonly body: readonly JsStatement[] }
  | {
      readonly type: 'IfStatement'
      readonly test: Js
      readonly consequent: readonly JsStatement[]
      readonly alternate: readonly JsStatement[] | undefined
    }
  | {
      readonly type: 'ForStatement'
      readonly init: JsStatement | undefined
      readonly test: Js | undefined
      readonly update: Js | undefined
      readonly body: readonly JsStatement[]
    }
  | { readonly type: 'ForOfStatement'; readonly name: string; readonly right: Js; readonly body: readonly JsStatement[] }
  | { readonly type: 'DoWhileStatement'; readonly test: Js; readonly body: readonly JsStatement[] }
  | {
      readonly type: 'SwitchStatement'
      readonly discriminant: Js
      readonly cases: readonly { readonly tests: readonly (Js | undefined)[]; readonly body: readonly JsStatement[] }[]
    }
  | { readonly type: 'LabeledStatement'; readonly label: string; readonly body: JsStatement }
  | { readonly type: 'BreakStatement' | 'ContinueStatement'; readonly label: string }
  | { readonly type: 'ReturnStatement'; readonly argument: Js | undefined }
  | { readonly type: 'YieldStatement'; readonly argument: Js }
  | { readonly type: 'ThrowStatement'; readonly argument: Js }
  | {
      readonly type: 'TryStatement'
      readonly block: readonly JsStatement[]
      readonly param: string
      readonly handler: readonly JsStatement[] | undefined
      readonly finalizer: readonly JsStatement[] | undefined
    }

export const id = (name: string): Js => ({ type: 'Identifier', name })
export const literal = (value: string | number | boolean | null | bigint): Js => ({ type: 'Literal', value })
export const call = (callee: Js, ...args: readonly Js[]): Js => ({ type: 'CallExpression', callee, arguments: args })
export const binary = (operator: string, left: Js, right: Js): Js => ({ type: 'BinaryExpression', operator, left, right })
export const assign = (left: Js, right: Js): Js => ({ type: 'AssignmentExpression', left, right })
export const member = (object: Js, property: string): Js => ({ type: 'MemberExpression', object, property })
export const choose = (test: Js, consequent: Js, alternate: Js): Js => ({
  type: 'ConditionalExpression',
  test,
  consequent,
  alternate,
})
export const not = (argument: Js): Js => ({ type: 'UnaryExpression', operator: '!', argument })
export const list = (elements: readonly Js[]): Js => ({ type: 'ArrayExpression', elements })
export const run = (expression: Js): JsStatement => ({ type: 'ExpressionStatement', expression })
export const block = (body: readonly JsStatement[]): JsStatement => ({ type: 'BlockStatement', body })

/** Several expressions, the last one's value counting. */
export function sequence(expressions: readonly Js[]): Js {
  const [only] = expressions
  return expressions.length === 1 && only !== undefined ? only : { type: 'SequenceExpression', expressions }
}

export function declare(names: readonly string[]): readonly JsStatement[] {
  return names.length === 0
    ? []
    : [{ type: 'VariableDeclaration', kind: 'let', declarations: names.map(name => ({ name, init: undefined })) }]
}
