import type { Js, JsStatement } from './js-tree.ts'

/** Longest nesting that is printed; the parser's own limits keep real trees far below. */
const deepest = 4000

/** Writes a function body. Every operand that is not a name, literal or call is put in parentheses, so precedence never matters. */
export function print(statements: readonly JsStatement[]): string {
  return new Printer().statements(statements)
}

class Printer {
  #depth = 0

  statements(statements: readonly JsStatement[]): string {
    return statements.map(each => this.statement(each)).join('\n')
  }

  #block(statements: readonly JsStatement[]): string {
    return `{\n${this.statements(statements)}\n}`
  }

  statement(node: JsStatement): string {
    switch (node.type) {
      case 'ExpressionStatement':
        return `${this.#operand(node.expression)};`
      case 'VariableDeclaration':
        return `${node.kind} ${node.declarations.map(each => (each.init === undefined ? each.name : `${each.name} = ${this.#operand(each.init)}`)).join(', ')};`
      case 'BlockStatement':
        return this.#block(node.body)
      case 'IfStatement':
        return `if (${this.expression(node.test)}) ${this.#block(node.consequent)}${node.alternate === undefined ? '' : ` else ${this.#block(node.alternate)}`}`
      case 'ForStatement':
        return this.#for(node)
      case 'ForOfStatement':
        return `for (const ${node.name} of ${this.#operand(node.right)}) ${this.#block(node.body)}`
      case 'DoWhileStatement':
        return `do ${this.#block(node.body)} while (${this.expression(node.test)});`
      case 'SwitchStatement':
        return this.#switch(node)
      case 'LabeledStatement':
        return `${node.label}: ${this.statement(node.body)}`
      case 'BreakStatement':
        return `break ${node.label};`
      case 'ContinueStatement':
        return `continue ${node.label};`
      case 'ReturnStatement':
        return node.argument === undefined ? 'return;' : `return ${this.#operand(node.argument)};`
      case 'YieldStatement':
        return `yield ${this.#operand(node.argument)};`
      case 'ThrowStatement':
        return `throw ${this.#operand(node.argument)};`
      case 'TryStatement':
        return this.#try(node)
    }
  }

  #for({ init, test, update, body }: JsStatement & { type: 'ForStatement' }): string {
    const first = init === undefined ? ';' : this.statement(init)
    return `for (${first} ${test === undefined ? '' : this.expression(test)}; ${update === undefined ? '' : this.expression(update)}) ${this.#block(body)}`
  }

  #switch({ discriminant, cases }: JsStatement & { type: 'SwitchStatement' }): string {
    const sections = cases.map(({ tests, body }) => {
      const labels = tests.map(test => (test === undefined ? 'default:' : `case ${this.#operand(test)}:`)).join('\n')
      return `${labels}\n${this.#block(body)}`
    })
    return `switch (${this.expression(discriminant)}) {\n${sections.join('\n')}\n}`
  }

  #try({ block, param, handler, finalizer }: JsStatement & { type: 'TryStatement' }): string {
    const caught = handler === undefined ? '' : ` catch (${param}) ${this.#block(handler)}`
    return `try ${this.#block(block)}${caught}${finalizer === undefined ? '' : ` finally ${this.#block(finalizer)}`}`
  }

  /** An expression where an operator, a comma or the end of a statement may follow. */
  #operand(node: Js): string {
    const text = this.expression(node)
    return node.type === 'Identifier' ||
      node.type === 'CallExpression' ||
      node.type === 'MemberExpression' ||
      (node.type === 'Literal' && isPlain(node.value))
      ? text
      : `(${text})`
  }

  expression(node: Js): string {
    if (++this.#depth > deepest) throw new RangeError('the tree nests too deep to be printed')
    try {
      return this.#expression(node)
    } finally {
      this.#depth--
    }
  }

  #list(nodes: readonly Js[]): string {
    return nodes.map(each => this.#operand(each)).join(', ')
  }

  #expression(node: Js): string {
    switch (node.type) {
      case 'Identifier':
        return node.name
      case 'Literal':
        return printLiteral(node.value)
      case 'ArrayExpression':
        return `[${this.#list(node.elements)}]`
      case 'ObjectExpression':
        return `{ value: ${this.#operand(node.value)} }`
      case 'UnaryExpression':
        return `${node.operator}${this.#operand(node.argument)}`
      case 'BinaryExpression':
      case 'LogicalExpression':
        return `${this.#operand(node.left)} ${node.operator} ${this.#operand(node.right)}`
      case 'AssignmentExpression':
        return `${this.expression(node.left)} = ${this.#operand(node.right)}`
      case 'ConditionalExpression':
        return `${this.#operand(node.test)} ? ${this.#operand(node.consequent)} : ${this.#operand(node.alternate)}`
      case 'CallExpression':
        return `${this.#operand(node.callee)}(${this.#list(node.arguments)})`
      case 'MemberExpression':
        return `${this.#operand(node.object)}.${node.property}`
      case 'IndexExpression':
        return `${this.#operand(node.object)}[${this.expression(node.index)}]`
      case 'SequenceExpression':
        return this.#list(node.expressions)
      case 'ArrowFunctionExpression':
        return `(${node.params.join(', ')}) => ${'type' in node.body ? `(${this.expression(node.body)})` : this.#block(node.body)}`
      case 'GeneratorExpression':
        return `function* (${node.params.join(', ')}) ${this.#block(node.body)}`
    }
  }
}

const isPlain = (value: unknown) => typeof value === 'string' || typeof value === 'boolean' || value === null

/** The one place where an author's literal becomes text: JSON's escapes, and nothing but ASCII. */
function printLiteral(value: string | number | boolean | null | bigint): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'number') return printNumber(value)
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value).replace(/[^\x20-\x7e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function printNumber(value: number): string {
  if (Number.isNaN(value)) return '(0 / 0)'
  if (value === Infinity) return '(1 / 0)'
  if (value === -Infinity) return '(-1 / 0)'
  return Object.is(value, -0) ? '-0' : String(value)
}
