import type { Block, Expression, LocalDeclaration, Span, Statement } from '../syntax/nodes.ts'
import { displayName } from '../types/display.ts'
import { isNamed, isValueType } from '../types/facts.ts'
import { isSubtype } from '../types/hierarchy.ts'
import { errorType, nullType, voidType } from '../types/registry.ts'
import { ArrayType, type Type } from '../types/type.ts'
import { initializedArray } from './arrays.ts'
import type { Bound, BoundCatch, BoundStatement, LabelTarget } from './bound.ts'
import { callTarget } from './calls.ts'
import { type Binding, fault } from './context.ts'
import { implicitConversion } from './conversions.ts'
import { condition, convert, describe, requireValue } from './convert.ts'
import { declare, declareFunction } from './declare.ts'
import { bindEffect } from './effects.ts'
import { bindFunctionBody, functionSymbol } from './functions.ts'
import { enclosingLoop, enclosingSwitch, findLabel, putLabel } from './jumps.ts'
import { bindForeach, bindLoop } from './loops.ts'
import { memberOf } from './names.ts'
import { at, constantOf, errorNode, hasValue, isError, localNode } from './nodes.ts'
import { referenceTo, returnedReference } from './references.ts'
import { Local, Scope } from './scope.ts'
import { instancesOf, returnsOf } from './side-tables.ts'
import { bindSwitch, gotoCase } from './switches.ts'
import { isVar } from './var.ts'

export function bindStatement(b: Binding, syntax: Statement, scope: Scope): BoundStatement {
  b.tick()
  switch (syntax.kind) {
    case 'block':
      return bindBlock(b, syntax, scope)
    case 'local declaration':
      return bindDeclaration(b, syntax, scope)
    case 'expression statement':
      return bindExpressionStatement(b, syntax.expression, syntax, scope)
    case 'if':
      return bindIf(b, syntax, scope)
    case 'while':
    case 'do':
    case 'for':
      return bindLoop(b, syntax, scope)
    case 'foreach':
      return bindForeach(b, syntax, scope)
    case 'switch':
      return bindSwitch(b, syntax, scope)
    case 'return':
      return bindReturn(b, syntax, scope)
    case 'yield return':
    case 'yield break':
      return bindYield(b, syntax, scope)
    case 'break':
    case 'continue':
      return bindJump(b, syntax, scope)
    case 'goto':
      return { kind: 'goto', ...at(syntax), target: useLabel(b, syntax, scope) }
    case 'goto case':
      return gotoCase(b, syntax, scope)
    case 'labeled':
      return bindLabeled(b, syntax, scope)
    case 'throw statement':
      return bindThrow(b, syntax, scope)
    case 'try':
      return bindTry(b, syntax, scope)
    case 'using':
      return bindUsing(b, syntax, scope)
    case 'lock':
      return bindLock(b, syntax, scope)
    case 'checked block':
      return bindBlock(b, syntax.body, new Scope(scope, scope.frame, { checked: syntax.checked, holder: scope.holder }))
    case 'local function':
      return { kind: 'empty', ...at(syntax) } // declared with its block
    case 'empty':
      return { kind: 'empty', ...at(syntax) }
  }
}

/** A block's local functions are known from its start. */
export function bindBlock(b: Binding, syntax: Block, outer: Scope): BoundStatement {
  const scope = new Scope(outer, outer.frame)
  const labels = declareNames(b, syntax.statements, scope)
  const statements = syntax.statements.map(each => bindStatement(b, each, scope))
  bindBodies(b, scope)
  return { kind: 'block', ...at(syntax), locals: scope.locals, functions: scope.functions, statements, labels }
}

/** Declares the functions and labels of a list of statements. */
export function declareNames(b: Binding, statements: readonly Statement[], scope: Scope): LabelTarget[] {
  const labels: LabelTarget[] = []
  for (const statement of statements) {
    if (statement.kind === 'local function') declareFunction(b, scope, functionSymbol(b, statement, scope))
    for (let each: Statement = statement; each.kind === 'labeled'; each = each.statement)
      labels.push(putLabel(b, scope, each.label, each))
  }
  return labels
}

/** Binds the functions of a block at its end, when all its locals are known. */
export function bindBodies(b: Binding, scope: Scope): void {
  for (const symbol of scope.functions) if (symbol.typeParameters.length === 0) b.instance(symbol, [])
  for (let pending = unbound(scope); pending !== undefined; pending = unbound(scope))
    bindFunctionBody(b, pending.symbol, pending.instance)
}

function unbound(scope: Scope) {
  for (const symbol of scope.functions)
    for (const instance of instancesOf(symbol)) if (!instance.started) return { symbol, instance }
  return undefined
}

/** A single statement where a block may stand gets a scope of its own. */
export function bindEmbedded(b: Binding, syntax: Statement, scope: Scope): BoundStatement {
  if (syntax.kind === 'block') return bindBlock(b, syntax, scope)
  if (syntax.kind === 'local declaration' || syntax.kind === 'labeled' || syntax.kind === 'local function') {
    fault(b, syntax, 'CS1023', 'Embedded statement cannot be a declaration or labeled statement')
  }
  return bindBlock(b, { kind: 'block', ...at(syntax), statements: [syntax] }, scope)
}

function bindDeclaration(b: Binding, syntax: LocalDeclaration, scope: Scope): BoundStatement {
  const implied = isVar(b, syntax.type, scope)
  const type = implied ? undefined : b.type(syntax.type, scope)
  if (type === voidType) fault(b, syntax.type, 'CS1547', "Keyword 'void' cannot be used in this context")
  if (implied && syntax.declarators.length > 1)
    fault(b, syntax, 'CS0819', 'Implicitly-typed variables cannot have multiple declarators')
  const statements = syntax.declarators.map((declarator): BoundStatement => {
    if (syntax.isRef || declarator.byReference) return bindRefLocal(b, syntax, declarator, type, scope)
    const value = declarator.value === undefined ? undefined : initialValue(b, declarator.value, type, scope, declarator)
    if (value === undefined && implied) fault(b, declarator, 'CS0818', 'Implicitly-typed variables must be initialized')
    const own = type ?? value?.type ?? errorType
    const constant = syntax.isConst ? constantFor(b, value, declarator) : undefined
    const fields = { name: declarator.name, type: own, offset: declarator.start, owner: scope.frame }
    const local = new Local(constant === undefined ? { ...fields, kind: 'variable' } : { ...fields, kind: 'constant', constant })
    if (value?.kind === 'local') local.copyOf = value.local
    declare(b, scope.declarations, local)
    return { kind: 'declare', ...at(declarator), local, value: constant === undefined ? value : undefined }
  })
  const [only] = statements
  if (statements.length === 1 && only !== undefined) return only
  return { kind: 'block', ...at(syntax), locals: [], functions: [], labels: [], statements }
}

/** `ref T x = ref place`: x is another name for the place. */
function bindRefLocal(
  b: Binding,
  { isRef }: LocalDeclaration,
  { name, value, byReference, start, end }: LocalDeclaration['declarators'][number],
  type: Type | undefined,
  scope: Scope,
): BoundStatement {
  const span = { start, end }
  if (!isRef) fault(b, span, 'CS8171', 'Cannot initialize a by-value variable with a reference')
  else if (value === undefined) fault(b, span, 'CS8174', 'A declaration of a by-reference variable must have an initializer')
  else if (!byReference) fault(b, span, 'CS8172', 'Cannot initialize a by-reference variable with a value')
  const bound = value === undefined ? errorNode(span) : referenceTo(b, value, type, scope)
  const fields = { name, type: type ?? bound.type, offset: start, owner: scope.frame }
  const local = new Local({ ...fields, kind: 'variable', mode: 'ref' })
  declare(b, scope.declarations, local)
  return { kind: 'declare', ...span, local, value: bound }
}

function constantFor(b: Binding, value: Bound | undefined, span: Span): { readonly value: unknown } | undefined {
  const constant = value === undefined ? undefined : constantOf(value)
  if (constant !== undefined) return constant
  if (value === undefined) fault(b, span, 'CS0145', 'A const field requires a value to be provided')
  else if (!isError(value)) fault(b, value, 'CS0133', 'The expression being assigned must be constant')
  return undefined
}

/** `T x = value`, `var x = value`, `T[] x = { … }`. */
function initialValue(b: Binding, syntax: Expression, type: Type | undefined, scope: Scope, declarator: Span): Bound {
  if (syntax.kind === 'array initializer') {
    if (type instanceof ArrayType) return initializedArray(b, syntax, type.element, type.rank, scope)
    fault(
      b,
      syntax,
      type === undefined ? 'CS0820' : 'CS0622',
      'Can only use array initializer expressions to assign to array types. Try using a new expression instead.',
    )
    return errorNode(syntax)
  }
  const bound = b.expression(syntax, scope)
  if (type !== undefined) return convert(b, requireValue(b, bound), type, bound)
  const value = requireValue(b, bound)
  if (isError(value)) return value
  if (hasValue(value) && value.type !== nullType && value.type !== voidType) return value
  fault(b, declarator, 'CS0815', `Cannot assign ${describe(value)} to an implicitly-typed variable`)
  return errorNode(syntax)
}

function bindExpressionStatement(b: Binding, syntax: Expression, span: Span, scope: Scope): BoundStatement {
  return { kind: 'expression', ...at(span), expression: bindEffect(b, syntax, scope) }
}

function bindIf(b: Binding, syntax: Statement & { kind: 'if' }, scope: Scope): BoundStatement {
  const test = condition(b, b.expression(syntax.condition, scope))
  const consequence = bindEmbedded(b, syntax.consequence, scope)
  const otherwise = syntax.otherwise === undefined ? undefined : bindEmbedded(b, syntax.otherwise, scope)
  return { kind: 'if', ...at(syntax), condition: test, consequence, otherwise }
}

function bindReturn(b: Binding, syntax: Statement & { kind: 'return' }, scope: Scope): BoundStatement {
  const { frame } = scope
  if (syntax.byReference !== frame.byReference) {
    if (frame.byReference) fault(b, syntax, 'CS8150', 'By-value returns may only be used in methods that return by value')
    else fault(b, syntax, 'CS8149', 'By-reference returns may only be used in methods that return by reference')
  } else if (syntax.byReference && syntax.value !== undefined) return returnedReference(b, syntax.value, frame, scope, syntax)
  const bound = syntax.value === undefined ? undefined : requireValue(b, b.expression(syntax.value, scope))
  if (frame.yields)
    fault(
      b,
      syntax,
      'CS1622',
      'Cannot return a value from an iterator. Use the yield return statement to return a value, or yield break to end the iteration.',
    )
  if (bound !== undefined) returnsOf(frame).push(bound)
  if (frame.returns === undefined) return { kind: 'return', ...at(syntax), value: bound }
  if (frame.returns === voidType) {
    if (bound !== undefined && !isError(bound))
      fault(b, syntax, 'CS0127', 'Since the function returns void, a return keyword must not be followed by an object expression')
    return { kind: 'return', ...at(syntax), value: undefined }
  }
  if (bound === undefined) {
    fault(b, syntax, 'CS0126', `An object of a type convertible to '${displayName(frame.returns)}' is required`)
    return { kind: 'return', ...at(syntax), value: undefined }
  }
  const failed = frame.kind === 'lambda' && !isError(bound) && implicitConversion(b, bound, frame.returns) === undefined
  if (failed)
    fault(
      b,
      bound,
      'CS1662',
      'Cannot convert lambda expression to intended delegate type because some of the return types in the block are not implicitly convertible to the delegate return type',
    )
  return { kind: 'return', ...at(syntax), value: convert(b, bound, frame.returns) }
}

function bindYield(b: Binding, syntax: Statement & { kind: 'yield return' | 'yield break' }, scope: Scope): BoundStatement {
  const { frame } = scope
  if (frame.element === undefined) {
    fault(b, syntax, 'CS1624', 'The body cannot be an iterator block because its return type is not an iterator interface type')
    return { kind: 'empty', ...at(syntax) }
  }
  frame.yields = true
  const value =
    syntax.kind === 'yield break' ? undefined : convert(b, requireValue(b, b.expression(syntax.value, scope)), frame.element)
  return { kind: 'yield', ...at(syntax), value }
}

function bindJump(b: Binding, syntax: Statement & { kind: 'break' | 'continue' }, scope: Scope): BoundStatement {
  const target = syntax.kind === 'break' ? (enclosingSwitch(scope) ?? enclosingLoop(scope)) : enclosingLoop(scope)
  if (target === undefined) {
    fault(b, syntax, 'CS0139', 'No enclosing loop out of which to break or continue')
    return { kind: 'empty', ...at(syntax) }
  }
  if (syntax.kind === 'break') target.broken = true
  return { kind: syntax.kind, ...at(syntax), target }
}

function useLabel(b: Binding, { label, labelStart: start }: Statement & { kind: 'goto' }, scope: Scope): LabelTarget {
  const target = findLabel(scope, label)
  if (target === undefined) fault(b, { start }, 'CS0159', `No such label '${label}' within the scope of the goto statement`)
  else target.used = true
  return target ?? { name: label, used: false, defined: false }
}

function bindLabeled(b: Binding, syntax: Statement & { kind: 'labeled' }, scope: Scope): BoundStatement {
  const target = findLabel(scope, syntax.label) ?? { name: syntax.label, used: false, defined: true }
  const inner = bindStatement(b, syntax.statement, scope)
  const label: BoundStatement = { kind: 'label', ...at(syntax), target }
  return { kind: 'block', ...at(syntax), locals: [], functions: [], labels: [], statements: [label, inner] }
}

function bindThrow(b: Binding, syntax: Statement & { kind: 'throw statement' }, scope: Scope): BoundStatement {
  if (syntax.value !== undefined) return { kind: 'throw', ...at(syntax), value: bindThrown(b, syntax.value, scope) }
  if (!insideCatch(scope))
    fault(b, syntax, 'CS0156', 'A throw statement with no arguments is not allowed outside of a catch clause')
  return { kind: 'throw', ...at(syntax), value: undefined }
}

const catchScopes = new WeakSet<Scope>()

function insideCatch(scope: Scope): boolean {
  for (let each: Scope | undefined = scope; each !== undefined && each.frame === scope.frame; each = each.parent)
    if (catchScopes.has(each)) return true
  return false
}

/** The operand of `throw`: an exception. */
export function bindThrown(b: Binding, syntax: Expression, scope: Scope): Bound {
  const value = requireValue(b, b.expression(syntax, scope))
  const { exception } = b.known
  if (isError(value) || exception === undefined) return value
  if (value.type === nullType) return convert(b, value, exception)
  if (isSubtype(value.type, exception) && hasValue(value)) return value
  fault(b, syntax, 'CS0155', 'The type caught or thrown must be derived from System.Exception')
  return errorNode(syntax)
}

function bindTry(b: Binding, syntax: Statement & { kind: 'try' }, scope: Scope): BoundStatement {
  const body = bindBlock(b, syntax.body, scope)
  const catches: BoundCatch[] = []
  for (const clause of syntax.catches) {
    const bound = bindCatch(b, clause, scope)
    const covered = catches.find(
      each => each.filter === undefined && bound.type !== errorType && isSubtype(bound.type, each.type),
    )
    if (covered !== undefined)
      fault(
        b,
        clause.type ?? clause,
        'CS0160',
        `A previous catch clause already catches all exceptions of this or of a super type ('${displayName(covered.type)}')`,
      )
    catches.push(bound)
  }
  const last = syntax.finally === undefined ? undefined : bindBlock(b, syntax.finally, scope)
  if (last !== undefined) b.seen.finally = true
  return { kind: 'try', ...at(syntax), body, catches, finally: last }
}

function bindCatch(b: Binding, syntax: (Statement & { kind: 'try' })['catches'][number], outer: Scope): BoundCatch {
  const scope = new Scope(outer, outer.frame)
  catchScopes.add(scope)
  const { exception } = b.known
  const type = syntax.type === undefined ? (exception ?? errorType) : b.type(syntax.type, scope)
  if (type !== errorType && exception !== undefined && !isSubtype(type, exception)) {
    fault(b, syntax.type ?? syntax, 'CS0155', 'The type caught or thrown must be derived from System.Exception')
  }
  const local =
    syntax.name === undefined
      ? undefined
      : new Local({ name: syntax.name.name, type, kind: 'variable', offset: syntax.name.start, owner: scope.frame })
  if (local !== undefined) declare(b, scope, local)
  const filter = syntax.filter === undefined ? undefined : condition(b, b.expression(syntax.filter, scope))
  if (filter !== undefined) b.seen.filter = true
  const body = bindBlock(b, syntax.body, scope)
  return { type, local, locals: scope.locals, filter, body }
}

/** `using (resource) …`: a try whose finally disposes what is not null. */
function bindUsing(b: Binding, syntax: Statement & { kind: 'using' }, outer: Scope): BoundStatement {
  const scope = new Scope(outer, outer.frame)
  const { resource } = syntax
  const first = resource.kind === 'local declaration' ? bindDeclaration(b, resource, scope) : keptResource(b, resource, scope)
  const locals = scope.locals.filter(local => local.kind === 'variable')
  const body = bindEmbedded(b, syntax.body, scope)
  const nested = locals.reduceRight<BoundStatement>((inner, local) => disposing(b, inner, local, resource), body)
  return { kind: 'block', ...at(syntax), locals: scope.locals, functions: [], labels: [], statements: [first, nested] }
}

function keptResource(b: Binding, resource: Expression, scope: Scope): BoundStatement {
  const value = requireValue(b, b.expression(resource, scope))
  const local = new Local({ name: '', type: value.type, kind: 'variable', owner: scope.frame })
  scope.locals.push(local)
  return { kind: 'declare', ...at(resource), local, value }
}

function disposing(b: Binding, body: BoundStatement, local: Local, span: Span): BoundStatement {
  if (local.type === errorType || local.type === nullType) return body
  const isDisposable = b.known.space.find('System.IDisposable')
  if (isDisposable !== undefined && !isSubtype(local.type, isDisposable.of())) {
    fault(
      b,
      span,
      'CS1674',
      `'${displayName(local.type)}': type used in a using statement must be implicitly convertible to 'System.IDisposable'`,
    )
    return body
  }
  b.seen.finally = true
  const receiver = localNode(span, local)
  const group = memberOf(b, receiver, span, { name: 'Dispose', typeArgs: undefined, nameStart: span.start })
  const dispose: BoundStatement = { kind: 'expression', ...at(span), expression: callTarget(b, group, [], span) }
  const isNull: Bound = {
    kind: 'binary',
    ...at(span),
    type: b.known.bool,
    operator: '!=',
    numeric: 'reference',
    left: receiver,
    right: b.nullNode(span),
    checked: false,
  }
  const last: BoundStatement = { kind: 'if', ...at(span), condition: isNull, consequence: dispose, otherwise: undefined }
  return { kind: 'try', ...at(span), body, catches: [], finally: last }
}

/** Evaluation is single-threaded: a lock only evaluates its operand, which must be a reference. */
function bindLock(b: Binding, syntax: Statement & { kind: 'lock' }, scope: Scope): BoundStatement {
  const value = requireValue(b, b.expression(syntax.value, scope))
  if (!isError(value) && (!hasValue(value) || !isReference(value.type)))
    fault(b, syntax.value, 'CS0185', `'${describe(value)}' is not a reference type as required by the lock statement`)
  const first: BoundStatement = { kind: 'expression', ...at(syntax.value), expression: b.notNull(value) }
  const body = bindEmbedded(b, syntax.body, scope)
  return { kind: 'block', ...at(syntax), locals: [], functions: [], labels: [], statements: [first, body] }
}

const isReference = (type: Type) => type instanceof ArrayType || (!isNamed(type, 'System.Void') && !isValueType(type))
