import type { AccessRow } from '../../access/access-matrix.ts'
import type { ClaimDemand, Demand } from '../../access/demand.ts'

/** A value that a rule lists and another rule on the same way refuses: whoever has it alone does not get there. */
export interface ShadowedRule {
  readonly api: string
  readonly operation: string
  readonly claim: string
  readonly value: string
  readonly file: string
  readonly line: number
  readonly by: { readonly file: string; readonly line: number }
}

/**
 * Values that the narrower of two token policies lists and the wider one refuses: whoever wrote them there expected them to do something. That a
 * narrower rule lists fewer values than a wider one is what narrower rules are for.
 */
export function shadowedRules(rows: readonly AccessRow[]): readonly ShadowedRule[] {
  const found = new Map<string, ShadowedRule>()
  for (const { api, operation, demands } of rows) {
    const tokens = demands.filter(({ kind }) => kind === 'token')
    for (const [i, inner] of tokens.entries())
      for (const outer of tokens.slice(0, i))
        for (const { claim, value } of refusedBy(inner, outer)) {
          const { file, line } = inner
          const shadowed = { api, operation, claim, value, file, line, by: { file: outer.file, line: outer.line } }
          found.set(JSON.stringify([file, line, claim, value]), shadowed)
        }
  }
  return [...found.values()]
}

function refusedBy(inner: Demand, outer: Demand): readonly { readonly claim: string; readonly value: string }[] {
  return inner.claims.flatMap(({ claim, match, values }) => {
    const wider = outer.claims.find(one => one.claim === claim)
    if (match !== 'any' || wider === undefined || !isList(wider)) return []
    return values.filter(value => !wider.values.includes(value)).map(value => ({ claim, value }))
  })
}

/** One value that must be had alone is as a list of one. */
const isList = ({ match, values }: ClaimDemand) => values.length > 0 && (match === 'any' || values.length === 1)
