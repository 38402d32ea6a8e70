import type { NamedValue } from '../../catalog/catalog.ts'
import type { SourceText } from '../read/source-text.ts'

/** A text with its `{{name}}`s replaced by their values. */
export interface Substituted {
  readonly source: SourceText
  /** Names that no named value has. */
  readonly missing: readonly Reference[]
  /** Names whose value cannot be known here. */
  readonly unknown: readonly UnknownReference[]
  /** Whether a secret stands in the text now: then no message may quote it. */
  readonly secret: boolean
}

export interface Reference {
  readonly name: string
  /** Offset in the file. */
  readonly offset: number
}

export interface UnknownReference extends Reference {
  /** Its value lies in a key vault, which is read when the workspace is served. */
  readonly isInVault: boolean
}

/** Named values by what `{{…}}` calls them: letters, digits, `.`, `-` and `_`. */
export class NamedValues {
  readonly #byName = new Map<string, NamedValue>()

  constructor(values: readonly NamedValue[]) {
    for (const value of values) this.#byName.set(value.displayName, value)
  }

  /** Replaces every reference; `optional`: what is no named value stays and is no fault (Liquid's own `{{ }}`). */
  substitute(source: SourceText, optional = false): Substituted {
    const missing: Reference[] = []
    const unknown: UnknownReference[] = []
    let secret = false
    const replaced = source.replace(/(?<!\{)\{\{\s*([\w.-]+)\s*\}\}(?!\})/g, match => {
      const reference = { name: match[1] ?? '', offset: source.offsetOf(match.index ?? 0) }
      const named = this.#byName.get(reference.name)
      if (named === undefined && !optional) missing.push(reference)
      if (named !== undefined && named.value === undefined)
        unknown.push({ ...reference, isInVault: named.source?.kind === 'keyVault' })
      if (named?.secret === true) secret = true
      return named?.value
    })
    return { source: replaced, missing, unknown, secret }
  }
}
