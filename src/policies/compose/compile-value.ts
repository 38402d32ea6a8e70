import type { Compiled } from '../../expressions/expressions.ts'
import { nearestName } from '../../workspace/near-names.ts'
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
import { WatchedCondition } from './watched-condition.ts'

/** What the values of one policy turned out to be, gathered while they are compiled. */
export interface Tally {
  /** `Type.Member` of all that its expressions touch. */
  readonly uses: Set<string>
  /** Whether a value could not be known, because what it names stands elsewhere: then the policy cannot be compiled further. */
  unresolved: boolean
}

/** A value as it stands in a document. */
export interface Written {
  readonly text: PolicyText
  /** Blanks around an attribute's value belong to it, those around an element's text do not. `template`: `{{ }}` is Liquid's own, too. */
  readonly kind: 'attribute' | 'text' | 'template'
  /** What messages call it: `the attribute \`name\``. */
  readonly label: string
  readonly origin: Origin
}

/** Compiles attributes' values and elements' texts of one policy. */
export class ValueCompiler {
  readonly #compilation: Compilation
  readonly #place: Place
  readonly #tally: Tally

  constructor(compilation: Compilation, place: Place, tally: Tally) {
    this.#compilation = compilation
    this.#place = place
    this.#tally = tally
  }

  /** Undefined after a fault was reported. */
  compile(written: Written, spec: ValueSpec<unknown>): Evaluator<unknown> | undefined {
    const substituted = this.#compilation.namedValues.substitute(written.text.source, written.kind === 'template')
    const evaluator = this.#compiled(substituted, written, spec)
    return evaluator !== undefined && substituted.secret ? Object.assign(evaluator, { isSecret: true as const }) : evaluator
  }

  #compiled(substituted: Substituted, written: Written, spec: ValueSpec<unknown>): Evaluator<unknown> | undefined {
    this.#reportNamedValues(substituted)
    const trimmed = substituted.source.trim()
    // a named value may hold an expression itself
    const isExpression = written.text.kind === 'expression' || /^@[({]/.test(trimmed.text)
    if (!isExpression) return this.#literal(substituted.source, written, spec)
    if (!spec.literal) return this.#expression(trimmed, substituted.secret, written, spec)
    const message = `${written.label} takes no policy expression`
    return this.#fault(trimmed.offsetOf(0), 'policy.expression-not-allowed', message, 'write the value itself, or a named value')
  }

  #reportNamedValues({ missing, unknown }: Substituted): void {
    const severity = this.#compilation.workspace.partial ? 'warning' : 'error'
    const tell = (offset: number, message: string, mend: string) =>
      report(this.#compilation, this.#place, severity, offset, 'policy.named-value', message, mend)
    for (const { name, offset } of missing) tell(offset, `there is no named value \`${name}\``, 'add it to the named values')
    for (const { name, offset, isInVault } of unknown) {
      if (isInVault) {
        this.#reportVault(name, offset)
        continue
      }
      tell(
        offset,
        `the value of the named value \`${name}\` is not known here`,
        'give it a value in the configuration of this environment',
      )
    }
    if (missing.length + unknown.length > 0) this.#tally.unresolved = true
  }

  /** An error, since the policy is left out; whoever only checks a workspace may make less of it. */
  #reportVault(name: string, offset: number): void {
    const message = `the value of the named value \`${name}\` lies in a key vault that was not read`
    report(this.#compilation, this.#place, 'error', offset, 'policy.key-vault', message)
  }

  #literal(source: SourceText, { text, kind, label }: Written, spec: ValueSpec<unknown>): Evaluator<unknown> | undefined {
    const misplaced = spec.markup || spec.literal ? -1 : source.text.search(/@[({]/)
    if (misplaced >= 0) {
      const message = 'this is sent as text: an expression must be the whole value'
      const mend = 'write @("text" + …) or @($"text{…}")'
      report(this.#compilation, this.#place, 'warning', source.offsetOf(misplaced), 'policy.expression-in-text', message, mend)
    }
    if (this.#tally.unresolved) return constant(undefined)
    const value = spec.read(spec.verbatim || kind === 'attribute' ? source.text : source.text.trim())
    if (!(value instanceof BadValue)) return constant(value)
    // quoted as it was written: what a named value stands for may be secret
    const message = `${label} must be ${value.expected}, not \`${shorten(text.source.text.trim())}\``
    const mend = mendOf(value, text.source.text.trim(), spec)
    return this.#fault(text.source.offsetOf(0), spec.faultCode ?? 'policy.bad-value', message, mend)
  }

  #expression(
    source: SourceText,
    secret: boolean,
    { label, origin }: Written,
    spec: ValueSpec<unknown>,
  ): Evaluator<unknown> | undefined {
    const result = this.#compilation.compiler.compile(source.text, spec.kind === 'boolean' ? 'bool' : undefined)
    // with a named value missing, what the compiler says may be about the gap
    if (this.#tally.unresolved) return constant(undefined)
    for (const { offset, severity, code, message } of result.diagnostics) {
      const shown = secret ? 'the expression is no C# (it holds a secret named value, so it is not quoted)' : message
      report(this.#compilation, this.#place, severity, source.offsetOf(offset), code, shown)
    }
    if (!result.ok) return undefined
    const { compiled } = result
    const wanted = misfitOf(compiled.type, spec.kind)
    if (wanted !== undefined) {
      const message = `${label} must be ${wanted}, and the expression gives ${compiled.type}`
      return this.#fault(source.offsetOf(0), 'policy.expression-type', message)
    }
    this.#note(compiled)
    const { compiler, ports } = this.#compilation
    const traces = compiled.uses.has('IProxyRequestContext.Trace')
    const evaluatorOf = (evaluate: Compiled['evaluate']) => {
      const evaluator = taken(evaluate, spec, label, origin)
      return traces ? tracing(evaluator, ports) : evaluator
    }
    const readsBody = compiled.uses.has('IRequest.Body') || compiled.uses.has('IResponse.Body')
    const evaluator: Evaluator<unknown> = Object.assign(evaluatorOf(compiled.evaluate), {
      ...(readsBody ? { readsBody } : {}),
      namesOneOf: (variables: ReadonlySet<string>) => [...variables].some(name => source.text.includes(`"${name}"`)),
    })
    // a secret may stand in any part of the source, so none of it is shown
    if (spec.kind !== 'boolean' || secret) return evaluator
    const condition = new WatchedCondition(compiler, source.text)
    const watched: Evaluator<unknown>['watched'] = (ctx, tell) => evaluatorOf(condition.telling(tell) ?? compiled.evaluate)(ctx)
    return Object.assign(evaluator, { watched })
  }

  #note({ uses, type }: Compiled): void {
    for (const use of uses) this.#tally.uses.add(use)
    // a message that is kept (in a variable) may have its body read further on, where nothing tells of it
    if (type === 'IRequest' || type === 'IResponse' || type === 'IMessageBody') {
      this.#tally.uses.add('IRequest.Body').add('IResponse.Body')
    }
  }

  #fault(offset: number, code: string, message: string, mend?: string): undefined {
    report(this.#compilation, this.#place, 'error', offset, code, message, mend)
  }
}

/** The choice that was nearly written, or what may stand there. */
function mendOf({ expected }: BadValue, written: string, { choices, literal }: ValueSpec<unknown>): string {
  const nearest = choices === undefined ? undefined : nearestName(written, choices)
  if (nearest !== undefined) return `did you mean '${nearest}'?`
  return `write ${expected}${literal ? '' : ', or an expression that gives it'}`
}

const shorten = (text: string) => (text.length > 60 ? `${text.slice(0, 57)}…` : text)

/** Runs an expression and has the kind of value take what it gave. */
function taken(
  evaluate: Compiled['evaluate'],
  spec: ValueSpec<unknown>,
  label: string,
  origin: Origin,
): (ctx: CallContext) => unknown {
  return (ctx: CallContext) => {
    try {
      const value = spec.take(evaluate({ context: ctx }))
      if (value instanceof BadValue) {
        throw new UnfitResult(`The result of the expression is not allowed: ${label} must be ${value.expected}.`)
      }
      return value
    } catch (error) {
      throw new ValueFailed(origin, error)
    }
  }
}

/** For an expression that calls `context.Trace`: what it says goes where the trace policy writes. */
function tracing(evaluator: (ctx: CallContext) => unknown, { log }: Ports): (ctx: CallContext) => unknown {
  return ctx => {
    ctx.trace ??= message => {
      ctx.tracer?.said(undefined, 'context.Trace', 'verbose', message)
      log({ severity: 'verbose', source: 'context.Trace', message, requestId: ctx.requestId })
    }
    return evaluator(ctx)
  }
}
