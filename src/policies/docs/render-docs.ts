import { notRun } from '../compose/not-run.ts'
import { judgedOnly, notRunPolicies } from '../compose/registry.ts'
import type { ChildSpec, Policy, Schema } from '../define-policy.ts'
import { policyDiagnostics } from '../diagnostic-codes.ts'
import { policies } from '../elements/index.ts'
import type { ValueSpec } from '../values.ts'

/** The pages of `docs/policies/` by file name, made from the policies' own facts: one a policy, and the table of all. */
export function renderPolicyDocs(): Map<string, string> {
  const pages = new Map(policies.map(policy => [`${policy.element}.md`, policyPage(policy)]))
  return new Map([['README.md', overview()], ['diagnostics.md', diagnosticsPage()], ...pages])
}

function overview(): string {
  const running = policies.map(({ element, summary, sections }) => [
    `[\`${element}\`](${element}.md)`,
    summary,
    sections.join(', '),
  ])
  const missing = [...judgedOnly, ...notRun.filter(({ element }) => notRunPolicies.has(element))]
    .map(({ element, source }) => ({ element, source }))
    .sort((a, b) => (a.element < b.element ? -1 : 1))
  return `${[
    '# Policies',
    'Made from the policies’ own facts (`npm run docs`); do not edit by hand.',
    '## What runs',
    table(['policy', 'does', 'sections'], running),
    '## What does not run yet',
    'A policy of this list is known, and refuses to load with `policy.unsupported` at its place: a step that does nothing would be a lie.',
    table(
      ['policy', 'page in the API Management policy reference'],
      missing.map(({ element, source }) => [`\`${element}\``, source]),
    ),
  ].join('\n\n')}\n`
}

function diagnosticsPage(): string {
  const rows = [...policyDiagnostics].map(([code, { means, mend }]) => [`\`${code}\``, means, mend])
  return `${[
    '# Diagnostics of policies',
    'What `gatehouse check` and `gatehouse up` say about policy documents. Expressions have the C# compiler’s codes (`CS1061`) besides.',
    table(['code', 'what it means', 'the mend'], rows),
  ].join('\n\n')}\n`
}

function policyPage(policy: Policy): string {
  const { element, summary, source, sections, scopes, max, schema, reasons = [], differences = [] } = policy
  const where = [
    `- Sections: ${sections.join(', ')}`,
    `- Scopes: ${scopes === undefined ? 'all' : scopes.join(', ')}`,
    ...(max === undefined ? [] : [`- At most ${max.count === 1 ? 'once' : `${max.count} times`} in a ${max.per}`]),
    `- Source: API Management policy reference, “${source}”`,
  ]
  const parts = [`# ${element}`, summary, where.join('\n'), ...schemaParts(element, schema, 2)]
  if (reasons.length > 0) parts.push('## Reasons it gives', reasons.map(reason => `- \`${reason}\``).join('\n'))
  if (differences.length > 0) parts.push('## Where it differs from Azure', differences.map(one => `- ${one}`).join('\n'))
  return `${parts.join('\n\n')}\n`
}

function schemaParts(name: string, schema: Schema, level: number): string[] {
  const parts: string[] = []
  const attributes = Object.entries(schema.attributes ?? {})
  if (attributes.length > 0) {
    const rows = attributes.map(([attribute, spec]) => [`\`${attribute}\``, ...valueCells(spec)])
    parts.push(table(['attribute', 'value', 'required', 'default', 'expressions'], rows))
  }
  if (schema.text !== undefined) parts.push(`Text: ${schema.text.description}${schema.text.literal ? '' : ', or an expression'}.`)
  const children = Object.entries(schema.children ?? {})
  if (children.length > 0) parts.push(table(['element in it', 'content', 'how often'], children.map(childRow)))
  if (schema.policies !== undefined)
    parts.push(`Holds policies: ${listed(schema.policies.only) ?? 'any that its section takes'}.`)
  if (schema.shapers !== undefined) parts.push(`Shapes its ${schema.shapers.message} with ${listed(schema.shapers.only)}.`)
  for (const [child, spec] of children) parts.push(...nestedParts(child, spec, level))
  return parts.length === 0 && level === 2 ? [`\`${name}\` takes neither attributes nor elements.`] : parts
}

/** A heading of its own for a child element that has attributes or children. */
function nestedParts(name: string, spec: ChildSpec, level: number): string[] {
  const inner = spec.form === 'many' ? spec.of : spec
  return inner.form === 'value' ? [] : [`${'#'.repeat(level)} \`<${name}>\``, ...schemaParts(name, inner.schema, level + 1)]
}

function childRow([name, spec]: [string, ChildSpec]): string[] {
  const inner = spec.form === 'many' ? spec.of : spec
  const content = inner.form === 'value' ? inner.description : 'see below'
  return [`\`<${name}>\``, content, howOften(spec)]
}

function howOften(spec: ChildSpec): string {
  if (spec.form !== 'many') return spec.required ? 'once' : 'at most once'
  if (spec.max !== Infinity) return `${spec.min} to ${spec.max}`
  return spec.min === 0 ? 'any number' : `at least ${spec.min === 1 ? 'once' : spec.min}`
}

function valueCells(spec: ValueSpec<unknown>): string[] {
  return [spec.description, spec.required ? 'yes' : 'no', defaultText(spec), spec.literal ? 'no' : 'yes']
}

function defaultText({ kind, fallback }: ValueSpec<unknown>): string {
  if (fallback === undefined) return ''
  return kind === 'duration' && typeof fallback === 'number' ? `${fallback / 1000} s` : `\`${String(fallback)}\``
}

const listed = (names: readonly string[] | undefined) => names?.map(name => `\`${name}\``).join(', ')

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
