import { acceptableWarnings, lintRules } from '../catalog/lint-rules.ts'
import type { AcceptedFinding, LintSettings } from '../catalog/settings.ts'
import { gatehouseKeys } from './known-keys.ts'
import type { Fields } from './text/fields.ts'

const codes = [...Object.keys(lintRules), ...acceptableWarnings]
const levels = ['error', 'warning', 'off'] as const

/** `lint` of gatehouse.yaml: findings that are accepted, each with its reason, and rules with a level of their own. */
export function readLintSettings(root: Fields | undefined): LintSettings | undefined {
  const lint = root?.fields('lint')
  if (lint === undefined) return undefined
  lint.refuseOthers(gatehouseKeys.lint)
  const written = lint.fields('levels')
  written?.refuseOthers(codes)
  return {
    accept: lint.list('accept').flatMap(entry => acceptedIn(entry)),
    levels: new Map(
      codes.flatMap(code => {
        const level = written?.choice(code, levels)
        return level === undefined ? [] : [[code, level] as const]
      }),
    ),
  }
}

/** Without a reason nobody knows later why it was fine. */
function acceptedIn(entry: Fields): readonly AcceptedFinding[] {
  entry.refuseOthers(gatehouseKeys.acceptedFinding)
  const [rule, reason, file] = [entry.choice('rule', codes), entry.requiredText('reason'), entry.text('file')]
  if (!entry.node.members.has('rule')) entry.requiredText('rule')
  if (rule === undefined || reason === undefined) return []
  return [{ rule, reason, at: entry.node.at, ...(file === undefined ? {} : { file }) }]
}
