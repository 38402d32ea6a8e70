import type { Evidence, MixUp } from './mix-up.ts'
import { kindOfCaller, overage, staleRoles } from './wrong-caller.ts'
import { clock, scheme } from './wrong-sending.ts'
import { graph, idToken, notLocal, otherTenant, version } from './wrong-token.ts'

/** Every known mix-up that the evidence shows, the most telling first. */
export function mixUpsIn(evidence: Evidence): readonly MixUp[] {
  if (!/^(token|keys)\./.test(evidence.reason)) return []
  return [graph, idToken, otherTenant, notLocal, version, kindOfCaller, staleRoles, overage, clock, scheme].flatMap(
    one => one(evidence) ?? [],
  )
}
