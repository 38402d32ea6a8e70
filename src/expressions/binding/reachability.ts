import type { BoundStatement } from './bound.ts'
import { isFalse, isTrue } from './nodes.ts'

/** Whether control can run past the end of the statement (C# 7 §13.2). */
export function endsReachable(statement: BoundStatement): boolean {
  switch (statement.kind) {
    case 'block':
      return blockEnds(statement.statements)
    case 'expression':
      return statement.expression.kind !== 'throw'
    case 'if':
      return ifEnds(statement)
    case 'loop':
      return (
        statement.target.broken ||
        !(statement.condition === undefined || isTrue(statement.condition)) ||
        (statement.conditionLast && !endsAndLoops(statement))
      )
    case 'switch':
      return statement.target.broken || statement.defaultSection === undefined || statement.sections.length === 0
    case 'try':
      return tryEnds(statement)
    case 'return':
    case 'break':
    case 'continue':
    case 'goto':
    case 'goto case':
    case 'throw':
      return false
    case 'yield':
      return statement.value !== undefined
    default:
      return true
  }
}

function blockEnds(statements: readonly BoundStatement[]): boolean {
  let reachable = true
  for (const statement of statements) {
    if (statement.kind === 'label' && statement.target.used) reachable = true
    if (reachable) reachable = endsReachable(statement)
  }
  return reachable
}

function ifEnds({ condition, consequence, otherwise }: BoundStatement & { kind: 'if' }): boolean {
  if (isTrue(condition)) return endsReachable(consequence)
  if (isFalse(condition)) return otherwise === undefined || endsReachable(otherwise)
  return endsReachable(consequence) || otherwise === undefined || endsReachable(otherwise)
}

/** A `do` whose condition is true never ends by itself. */
function endsAndLoops(statement: BoundStatement & { kind: 'loop' }): boolean {
  return (
    statement.condition === undefined ||
    isTrue(statement.condition) ||
    !(endsReachable(statement.body) || statement.target.entered.size > 0)
  )
}

function tryEnds({ body, catches, finally: last }: BoundStatement & { kind: 'try' }): boolean {
  if (last !== undefined && !endsReachable(last)) return false
  return endsReachable(body) || catches.some(each => endsReachable(each.body))
}
