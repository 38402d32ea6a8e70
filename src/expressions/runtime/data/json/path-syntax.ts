import type { JValue } from './value.ts'

/** One step of a parsed JSONPath, in Newtonsoft's terms. `scan` is `..`. */
export type Step =
  | { readonly kind: 'root' }
  /** null: `*` */
  | { readonly kind: 'field'; readonly name: string | null; readonly scan: boolean }
  | { readonly kind: 'fields'; readonly names: readonly string[]; readonly scan: boolean }
  /** null: `[*]` */
  | { readonly kind: 'index'; readonly index: number | null }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | {
      readonly kind: 'slice'
      readonly start: number | undefined
      readonly end: number | undefined
      readonly step: number | undefined
    }
  | { readonly kind: 'query'; readonly query: Query; readonly scan: boolean }

export type Operator = 'exists' | '==' | '===' | '!=' | '!==' | '=~' | '<' | '<=' | '>' | '>='

export type Query =
  | { readonly kind: 'and' | 'or'; readonly queries: Query[] }
  | { readonly kind: 'test'; readonly left: Side; readonly operator: Operator; readonly right: Side | undefined }

/** A path from the current or root token, or a constant. */
export type Side = readonly Step[] | JValue
