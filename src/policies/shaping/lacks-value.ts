import type { Site } from '../define-policy.ts'
import { type Evaluator, isConstant } from '../values.ts'

/** Reports a set-header or set-query-parameter that has no `<value>` though it does not delete. */
export function lacksValue(action: Evaluator<string>, values: readonly unknown[], site: Site): boolean {
  if (values.length > 0 || !isConstant(action) || action.constant === 'delete') return false
  site.fault(
    'policy.missing-child',
    `\`${site.path.at(-1)}\` needs a \`<value>\` unless it deletes`,
    'add <value>, or exists-action="delete"',
  )
  return true
}
