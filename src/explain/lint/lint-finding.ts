import type { Diagnostic } from '../../catalog/diagnostic.ts'
import { type LintCode, lintRules } from '../../catalog/lint-rules.ts'
import type { PolicyElement, PolicyFile } from '../../policies/read/read-policy.ts'

/** A policy as rules look at it: with the document that it stands in. */
export interface Placed {
  readonly element: PolicyElement
  readonly file: PolicyFile
}

/** A finding at a policy; `message` says what is found there, the rule what mends it. */
export function findingAt({ element, file }: Placed, code: LintCode, message: string): Diagnostic {
  const { line, column } = file.lines.position(element.offset)
  return { file: file.file, line, column, severity: 'warning', code, message, mend: lintRules[code].mend }
}

/** Every policy and part of one, itself first, outside in. */
export function allOf({ element, file }: Placed): readonly Placed[] {
  return [{ element, file }, ...element.children.flatMap(child => allOf({ element: child, file }))]
}

/** The texts of an element that are expressions; not those of its children. */
export function expressionsOf({ attributes, text }: PolicyElement): readonly string[] {
  const values = [...attributes.map(({ value }) => value), ...(text === undefined ? [] : [text])]
  return values.filter(({ kind }) => kind === 'expression').map(({ source }) => source.text)
}

export function literalOf({ attributes }: PolicyElement, name: string): string | undefined {
  const value = attributes.find(one => one.name === name)?.value
  return value?.kind === 'literal' ? value.source.text.trim() : undefined
}

/** Whether a `return-response` says that the caller may not. */
export function turnsAway(element: PolicyElement): boolean {
  const status = element.children.find(({ name }) => name === 'set-status')
  return status !== undefined && ['401', '403'].includes(literalOf(status, 'code') ?? '')
}

export const tokenPolicies: ReadonlySet<string> = new Set(['validate-jwt', 'validate-azure-ad-token'])
