/** What the lexer makes of the source. Contextual keywords (`var`, `when`, `from`, …) are identifiers here. */
export type Token =
  | {
      readonly kind: 'identifier'
      readonly start: number
      readonly end: number
      readonly text: string
      readonly verbatim: boolean
    }
  | { readonly kind: 'keyword' | 'punctuation'; readonly start: number; readonly end: number; readonly text: string }
  | { readonly kind: 'literal'; readonly start: number; readonly end: number; readonly text: string; readonly value: Literal }
  | {
      readonly kind: 'interpolated'
      readonly start: number
      readonly end: number
      readonly text: string
      readonly parts: readonly RawPart[]
    }
  | { readonly kind: 'end'; readonly start: number; readonly end: number; readonly text: '' }

export type Literal =
  | { readonly type: 'int' | 'uint' | 'float' | 'double' | 'char'; readonly value: number }
  | { readonly type: 'long' | 'ulong'; readonly value: bigint }
  /** Digits as written, without suffix and underscores: the runtime's own decimal reads them. */
  | { readonly type: 'decimal'; readonly value: string }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'null'; readonly value: null }

/** A piece of an interpolated string: text, or where in the source a hole's expression, alignment and format stand. */
export type RawPart =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'hole'
      readonly expression: Range
      readonly alignment: Range | undefined
      readonly format: string | undefined
    }

export interface Range {
  readonly start: number
  readonly end: number
}

/** C# 7's reserved words. */
export const keywords: ReadonlySet<string> = new Set(
  `abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum
  event explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace
  new null object operator out override params private protected public readonly ref return sbyte sealed short sizeof
  stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void
  volatile while`.split(/\s+/),
)

/** Longest first. `>>` is left to the parser, which must be able to close two type argument lists. */
export const punctuation: readonly string[] = [
  '<<=',
  '=>',
  '->',
  '++',
  '--',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '<<',
  '??',
  '::',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '.',
  ',',
  ';',
  ':',
  '?',
  '~',
  '!',
  '+',
  '-',
  '*',
  '/',
  '%',
  '<',
  '>',
  '&',
  '|',
  '^',
  '=',
]
