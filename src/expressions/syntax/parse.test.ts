import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Faults } from './faults.ts'
import type { Expression } from './nodes.ts'
import { parse } from './parse.ts'

function expression(source: string): Expression {
  const faults = new Faults()
  const root = parse(`@(${source})`, faults)
  assert.deepEqual(faults.list, [])
  assert.ok(root?.kind === 'expression')
  return root.expression
}

/** The shape of an expression with every operator in brackets. */
function shape(node: Expression): string {
  switch (node.kind) {
    case 'binary':
      return `[${shape(node.left)} ${node.operator} ${shape(node.right)}]`
    case 'unary':
      return `[${node.operator}${shape(node.operand)}]`
    case 'conditional':
      return `[${shape(node.condition)} ? ${shape(node.whenTrue)} : ${shape(node.whenFalse)}]`
    case 'cast':
      return `[cast ${shape(node.operand)}]`
    case 'literal':
      return String(node.value.value)
    case 'name':
      return node.args === undefined ? node.name : `${node.name}<${node.args.length}>`
    case 'parenthesized':
      return `(${shape(node.expression)})`
    case 'call':
      return `${shape(node.target)}(${node.args.map(arg => shape(arg.value)).join(', ')})`
    case 'member':
      return `${shape(node.target)}.${node.name}`
    default:
      return node.kind
  }
}

test('operators bind as in C#', () => {
  assert.equal(shape(expression('1 + 2 * 3 - 4')), '[[1 + [2 * 3]] - 4]')
  assert.equal(shape(expression('a || b && c == d | e')), '[a || [b && [[c == d] | e]]]')
  assert.equal(shape(expression('a ?? b ?? c')), '[a ?? [b ?? c]]')
  assert.equal(shape(expression('a ? b : c ? d : e')), '[a ? b : [c ? d : e]]')
  assert.equal(shape(expression('1 << 2 >> 3 < 4')), '[[[1 << 2] >> 3] < 4]')
  assert.equal(shape(expression('-a.b')), '[-a.b]')
})

test('a cast is told from parentheses', () => {
  assert.equal(shape(expression('(int)-x')), '[cast [-x]]')
  assert.equal(shape(expression('(x)-y')), '[(x) - y]')
  assert.equal(shape(expression('(Foo)y')), '[cast y]')
  assert.equal(shape(expression('(Foo)(y)')), '[cast (y)]')
  assert.equal(shape(expression('(x).y')), '(x).y')
  assert.equal(shape(expression('(string[])y')), '[cast y]')
})

test('type arguments are told from comparisons', () => {
  assert.equal(shape(expression('F(A<B, C>(7))')), 'F(A<2>(7))')
  assert.equal(shape(expression('F(A < B, C > 7)')), 'F([A < B], [C > 7])')
  assert.equal(shape(expression('a < b')), '[a < b]')
})

test('faults do not stop at the first statement', () => {
  const faults = new Faults()
  parse('@{ int x = ; string s = "a" return s; if (true { } return 1; }', faults)
  assert.deepEqual(
    faults.list.map(fault => fault.code),
    ['CS1525', 'CS1002', 'CS1026'],
  )
})
