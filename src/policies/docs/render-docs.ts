import { judgedOnly } from '../compose/registry.ts'
import type { ChildSpec, Policy, Schema } from '../define-policy.ts'
import { policyDiagnostics } from '../diagnostic-codes.ts'
import { policies } from '../elements/index.ts'
import type { ValueSpec } from '../values.ts'

/** The pages of `docs/policies/` by file name, made from the policies' own facts: one a policy, and the table of all. */
export function renderPolicyDocs(): Map<string, string> {
  const pages = new Map([...policies, ...judgedOnly].map(policy => [`${policy.element}.md`, policyPage(policy)]))
  return new Map([['README.md', overview()], ['diagnostics.md', diagnosticsPage()], ...pages])
}

/** Where pages contradict each other in what belongs to no policy. */
const disagreements = [
  'A call without a subscription key: “Error handling in API Management policies” has “… when making requests to this API”, Azure answers “… to an API”. `context.LastError` has the first, the caller reads the second.',
  '“Error handling in API Management policies” lists fewer policies for on-error than the policies’ own pages: the own pages are followed.',
]

function overview(): string {
  const all = [...policies, ...judgedOnly].sort((a, b) => (a.element < b.element ? -1 : 1))
  const contradicting = all.flatMap(({ element, pagesDisagree = [] }) =>
    pagesDisagree.map(text => `- [\`${element}\`](${element}.md): ${text}`),
  )
  return `${[
    '# Policies',
    'Made from the policies’ own facts (`npm run docs`); do not edit by hand.',
    'A policy that does not run is known all the same: its place, attributes and elements are judged, and it refuses to load with `policy.unsupported`, since a step that does nothing would be a lie.',
    table(
      ['policy', 'runs', 'sections', 'scopes', 'attributes', 'where it differs from Azure, and why', 'tests'],
      all.map(overviewRow),
    ),
    'A difference that is not in this table is a defect. Through a real listener, attributes run in [policy-attributes](../../test/e2e/policy-attributes) and the stories beside it, Microsoft’s public snippets in [snippets](../../test/snippets), and documented errors in [error-handling](../../test/e2e/error-handling.test.ts).',
    '## Where Microsoft’s pages disagree',
    [...contradicting, ...disagreements.map(text => `- ${text}`)].join('\n'),
  ].join('\n\n')}\n`
}

function overviewRow(policy: Policy): string[] {
  const { element, sections, scopes, schema, differences = [] } = policy
  return [
    `[\`${element}\`](${element}.md)`,
    policy.notRun === undefined ? 'yes' : 'no',
    sections.join(', ') || 'GraphQL resolvers',
    scopes === undefined ? 'all' : scopes.join(', '),
    Object.keys(schema.attributes ?? {})
      .map(name => `\`${name}\``)
      .join(' '),
    policy.notRun === undefined ? differences.join('<br>') : `does not run: ${policy.notRun}`,
    `[test](../../${testOf(policy)})`,
  ]
}

/** Every policy that runs has its test beside it. */
function testOf({ element, notRun }: Policy): string {
  return notRun === undefined ? `src/policies/elements/${element}.test.ts` : 'src/policies/compose/not-run.test.ts'
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
  const { element, summary, source, sections, scopes, max, schema, reasons = [], differences = [], pagesDisagree = [] } = policy
  const where = [
    ...(policy.notRun === undefined ? [] : [`- **Does not run here**: ${policy.notRun}`]),
    `- Sections: ${sections.join(', ') || 'none: it stands in GraphQL resolvers'}`,
    `- Scopes: ${scopes === undefined ? 'all' : scopes.join(', ')}`,
    ...(max === undefined ? [] : [`- At most ${max.count === 1 ? 'once' : `${max.count} times`} in a ${max.per}`]),
    `- Source: API Management policy reference, “${source}”`,
    `- Tests: [${testOf(policy)}](../../${testOf(policy)})`,
  ]
  const parts = [`# ${element}`, summary, where.join('\n'), ...schemaParts(element, schema, 2)]
  if (reasons.length > 0)
    parts.push('## Reasons it gives', reasons.map(reason => `- [\`${reason}\`](../errors/${reason}.md)`).join('\n'))
  if (differences.length > 0) parts.push('## Where it differs from Azure', differences.map(one => `- ${one}`).join('\n'))
  if (pagesDisagree.length > 0) parts.push('## Where Microsoft’s pages disagree', pagesDisagree.map(one => `- ${one}`).join('\n'))
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
