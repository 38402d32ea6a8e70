import type { Compiler, Watched } from '../../expressions/expressions.ts'
import type { Span } from '../../expressions/syntax/nodes.ts'
import { syntaxOf } from '../read/expression-syntax.ts'
import { type ShownSource, SourceShower } from '../trace/shown-source.ts'
import { shownValue } from '../trace/shown-value.ts'
import type { ConditionPart } from '../trace/tracer.ts'

/** Parts of one condition that are told. */
const maxParts = 50

type Evaluate = (globals: Readonly<Record<string, unknown>>) => unknown

interface KnownPart extends ShownSource {
  readonly span: Span
  readonly operands: readonly (ShownSource & { readonly span: Span })[]
}

/** A condition that tells its parts while it runs. It is compiled when it is first asked for: most calls are watched by nobody. */
export class WatchedCondition {
  readonly #compiler: Compiler
  readonly #source: string
  /** Null when what tells is past a limit of the compiler's. */
  #made: { readonly watched: Watched; readonly parts: readonly KnownPart[] } | null | undefined

  /** `source` is one that compiles, without a secret in it. */
  constructor(compiler: Compiler, source: string) {
    this.#compiler = compiler
    this.#source = source
  }

  /** Evaluates it; `tell` has the parts that it came to once it gave something, or threw. Undefined when it cannot be watched. */
  telling(tell: (parts: readonly ConditionPart[]) => void): Evaluate | undefined {
    if (this.#made === undefined) this.#made = this.#make()
    if (this.#made === null) return undefined
    const { watched, parts } = this.#made
    return globals => {
      const begun = new Set<Span>()
      const values = new Map<Span, unknown>()
      try {
        return watched.evaluate(globals, {
          begins: what => begun.add(what),
          gives: (what, value) => values.set(what, value),
        })
      } finally {
        tell(parts.filter(({ span }) => begun.has(span)).map(part => asItCameOut(part, values)))
      }
    }
  }

  #make(): { readonly watched: Watched; readonly parts: readonly KnownPart[] } | null {
    const watched = this.#compiler.watch(this.#source)
    const root = syntaxOf(this.#source)
    if (watched === undefined || root === undefined) return null
    const shower = new SourceShower(this.#source, root)
    const known = (span: Span) => ({ span, ...shower.shown(span) })
    const parts = watched.parts.slice(0, maxParts).map(part => ({ ...known(part), operands: part.operands.map(known) }))
    return { watched, parts }
  }
}

/** A part that was begun and gave nothing has thrown. */
function asItCameOut({ span, text, showsValues, operands }: KnownPart, values: ReadonlyMap<Span, unknown>): ConditionPart {
  const shown = operands.flatMap(operand => {
    const value = values.has(operand.span) ? shownValue(values.get(operand.span)) : undefined
    return showsValues && operand.showsValues && value !== undefined ? [{ of: operand.text, value }] : []
  })
  return { text, holds: values.get(span) === true, ...(values.has(span) ? {} : { threw: true }), values: shown }
}
