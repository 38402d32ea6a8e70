import type { CallContext } from '../context/call-context.ts'
import type { Ports } from '../ports.ts'
import type { PolicyText } from '../read/read-policy.ts'
import type { SourceText } from '../read/source-text.ts'
import { UnfitResult } from '../unfit-result.ts'
import { BadValue, constant, type Evaluator, type ValueSpec } from '../values.ts'
import { type Compilation, type Place, report } from './compilation.ts'
import { ValueFailed } from './failures.ts'
import type { Substituted } from './named-values.ts'
import type { Origin } from './origin.ts'
import { misfitOf } from './result-type.ts'

/** What the values of one policy turned out to be, gathered while they are compiled. */
export interface Tally {
  /** `Type.Member` of all that its expressions touch. */
  readonly uses: Set<string>
  /** Whether a value could not be known, because what it names stands elsewhere: then the policy cannot be compiled further. */
  unresolved: boolean
}

/** A value as it stands in a document, and what it is called: `the attribute \`name\``. */
export interface Written {
  readonly text: PolicyText
  readonly label: string
  readonly origin: Origin
  /** Liquid's `{{ }}`: what is no named value stays as it is. */
  readonly template?: boolean
}

/** Compiles an attribute's value or an element's text; undefined after a fault was reported. */
export function compileValue(
  { text, label, origin, template = false }: Written,
  spec: ValueSpec<unknown>,
  compilation: Compilation,
  place: Place,
  tally: Tally,
): Evaluator<unknown> | undefined {
  const substituted = compilation.namedValues.substitute(text.source, template)
  if (!namedValuesKnown(substituted, compilation, place)) tally.unresolved = true
  const trimmed = substituted.source.trim()
  const isExpression = text.kind === 'expression' || /^@[({]/.test(trimmed.text)
  if (isExpression && spec.literal) {
    const message = `${label} takes no policy expression`
    report(
      compilation,
      place,
      'error',
      trimmed.offsetOf(0),
      'policy.expression-not-allowed',
      message,
      'write the value itself, or a named value',
    )
    return undefined
  }
  if (isExpression) return compileExpression(trimmed, substituted, { label, origin }, spec, compilation, place, tally)
  return readLiteral(substituted, text.source, label, spec, compilation, place, tally)
}

function namedValuesKnown({ missing, unknown }: Substituted, compilation: Compilation, place: Place): boolean {
  const severity = compilation.workspace.partial ? 'warning' : 'error'
  for (const { name, offset } of missing) {
    report(
      compilation,
      place,
      severity,
      offset,
      'policy.named-value',
      `there is no named value \`${name}\``,
      'add it to the named values',
    )
  }
  for (const { name, offset } of unknown) {
    const mend = 'give it a value in the configuration of this environment'
    report(
      compilation,
      place,
      severity,
      offset,
      'policy.named-value',
      `the value of the named value \`${name}\` is not known here`,
      mend,
    )
  }
  return missing.length + unknown.length === 0
}

function readLiteral(
  { source }: Substituted,
  written: SourceText,
  label: string,
  spec: ValueSpec<unknown>,
  compilation: Compilation,
  place: Place,
  tally: Tally,
): Evaluator<unknown> | undefined {
  const misplaced = spec.markup || spec.literal ? -1 : source.text.search(/@[({]/)
  if (misplaced >= 0) {
    const message = 'this is sent as text: an expression must be the whole value'
    report(
      compilation,
      place,
      'warning',
      source.offsetOf(misplaced),
      'policy.expression-in-text',
      message,
      'write @("text" + …) or @($"text{…}")',
    )
  }
  if (tally.unresolved) return constant(undefined)
  const value = spec.read(spec.verbatim ? source.text : source.text.trim())
  if (!(value instanceof BadValue)) return constant(value)
  // quoted as written: what a named value stands for may be secret
  const message = `${label} must be ${value.expected}, not \`${shorten(written.text.trim())}\``
  report(compilation, place, 'error', written.offsetOf(0), 'policy.bad-value', message)
  return undefined
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}…` : text)

function compileExpression(
  source: SourceText,
  { secret }: Substituted,
  { label, origin }: { label: string; origin: Origin },
  spec: ValueSpec<unknown>,
  compilation: Compilation,
  place: Place,
  tally: Tally,
): Evaluator<unknown> | undefined {
  const result = compilation.compiler.compile(source.text, spec.kind === 'boolean' ? 'bool' : undefined)
  // with a named value missing, what the compiler says may be about the gap
  if (tally.unresolved) return constant(undefined)
  for (const { offset, severity, code, message } of result.diagnostics) {
    const shown = secret ? 'the expression is no C# (it holds a secret named value, so it is not quoted)' : message
    report(compilation, place, severity, source.offsetOf(offset), code, shown)
  }
  if (!result.ok) return undefined
  const { evaluate, uses, type } = result.compiled
  const wanted = misfitOf(type, spec.kind)
  if (wanted !== undefined) {
    const message = `${label} must be ${wanted}, and the expression gives ${type}`
    report(compilation, place, 'error', source.offsetOf(0), 'policy.expression-type', message, 'convert it in the expression')
    return undefined
  }
  for (const use of uses) tally.uses.add(use)
  // a message that is kept (in a variable) may have its body read further on, where nothing tells of it
  if (type === 'IRequest' || type === 'IResponse' || type === 'IMessageBody')
    tally.uses.add('IRequest.Body').add('IResponse.Body')
  const evaluator = evaluatorOf(evaluate, spec, label, origin)
  return uses.has('IProxyRequestContext.Trace') ? tracing(evaluator, compilation.ports) : evaluator
}

function evaluatorOf(
  evaluate: (globals: Readonly<Record<string, unknown>>) => unknown,
  spec: ValueSpec<unknown>,
  label: string,
  origin: Origin,
): Evaluator<unknown> {
  return (ctx: CallContext) => {
    try {
      const value = spec.take(evaluate({ context: ctx }))
      if (value instanceof BadValue)
        throw new UnfitResult(`The result of the expression is not allowed: ${label} must be ${value.expected}.`)
      return value
    } catch (error) {
      throw new ValueFailed(origin, error)
    }
  }
}

/** For an expression that calls `context.Trace`: what it says goes where the trace policy writes. */
function tracing(evaluator: Evaluator<unknown>, { log }: Ports): Evaluator<unknown> {
  return ctx => {
    ctx.trace ??= message => log({ severity: 'verbose', source: 'context.Trace', message, requestId: ctx.requestId })
    return evaluator(ctx)
  }
}
