import type { Captures, Field } from './machine.ts'
import type { Pattern } from './nodes.ts'

/** A pattern as a JavaScript RegExp. */
export interface NativeForm {
  /** null: no match. undefined: this input is for the backtracking machine. */
  search(field: Field, from: number): { readonly whole: readonly number[]; readonly captures: () => Captures } | null | undefined
}

export function nativeForm(_pattern: Pattern, _options: number): NativeForm | undefined {
  return undefined
}
