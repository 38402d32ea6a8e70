import { join, relative } from 'node:path'
import { demandText } from '../access/demand.ts'
import type { Explanation, JudgedDemand } from '../explain/explanation.ts'
import type { FurtherRefusal, TracedPolicy } from '../explain/traced-policy.ts'
import type { Comparison, ConditionPart } from '../policies/trace/tracer.ts'
import { callerName, rolesText } from './caller-words.ts'
import { ownFolder } from './own-folder.ts'
import type { Paint } from './paint.ts'

/** An explanation for a person: the verdict first, then what led to it, then what mends it. */
export function describeExplanation(explanation: Explanation, paint: Paint): string {
  const { request, verdict, mend, page, mixUps, notes, backend } = explanation
  const colour = verdict.passes ? paint.green : paint.red
  const lines = [`${colour(`${decisionText(verdict)}: ${verdict.status} ${verdict.reason}`)}  ${request.method} ${request.path}`]
  const section = (name: string, rows: readonly string[]) => {
    const [first, ...others] = rows
    if (first === undefined) return
    lines.push(`  ${paint.dim(name.padEnd(9))} ${first}`, ...others.map(row => `            ${row}`))
  }
  section('call', requestText(explanation))
  section('route', routeText(explanation))
  section('caller', callerText(explanation))
  const { rule } = verdict
  section(
    'decided',
    rule === undefined ? [] : [`${rule.name} at ${nearby(rule.file)}:${rule.line} (${rule.scope}, ${rule.section})`],
  )
  section('expected', joined(verdict.expected))
  section('received', joined(verdict.received))
  if (mend !== '') lines.push(`  ${paint.bold('mend'.padEnd(9))} ${mend}`)
  section('page', page === undefined ? [] : [nearby(join(ownFolder(), page))])
  for (const { code, text } of mixUps) lines.push(`  ${paint.yellow('mix-up'.padEnd(9))} ${text} ${paint.dim(`(${code})`)}`)
  section(
    'then',
    explanation.further.flatMap(refusal => furtherLines(refusal, paint)),
  )
  section('backend', backend === undefined ? [] : [backend])
  section(
    'policies',
    explanation.policies.map(({ scope, file, inboundDroppedBy }) => {
      const dropped = inboundDroppedBy === undefined ? '' : `  (inbound left out: ${nearby(inboundDroppedBy)} has no <base />)`
      return `${scope.padEnd(9)} ${nearby(file)}${dropped}`
    }),
  )
  section(
    'asks',
    explanation.demands.map(demand => demandLine(demand, paint)),
  )
  section(
    'steps',
    explanation.steps.flatMap(step => stepLines(step, paint)),
  )
  for (const note of notes) lines.push(`  ${paint.dim(`${'note'.padEnd(9)} ${note}`)}`)
  return `${lines.join('\n')}\n`
}

/** As one would name the file from here, when that is shorter. */
function nearby(file: string): string {
  const here = relative(process.cwd(), file)
  return here.length < file.length ? here : file
}

const decisionText = ({ decision, passes }: Explanation['verdict']) =>
  decision === 'allowed' && !passes ? 'turned away by a policy' : decision

const joined = (texts: readonly string[]) => (texts.length === 0 ? [] : [texts.join(', ')])

function requestText({ request: { requestId, time } }: Explanation): readonly string[] {
  return requestId === undefined ? [] : [`${requestId}, ${time}`]
}

/** Turned away, or answered, by its head alone. */
const isUnread = ({ route, verdict }: Explanation) => route.api === undefined && verdict.reason !== 'route.no-api'

function routeText(explanation: Explanation): readonly string[] {
  const { route } = explanation
  if (route.api === undefined) return [isUnread(explanation) ? 'decided before an API was looked for' : 'no API has this path']
  const version = route.version === undefined ? '' : ` version ${route.version}`
  const revision = route.revision === undefined ? '' : ` (revision ${route.revision}${version})`
  const operation =
    route.operation === undefined ? 'no operation' : `operation ${route.operation} (${route.template ?? 'no longer there'})`
  const product = route.product === undefined ? 'no product' : `product ${route.product}`
  const subscription = route.subscription === undefined ? 'no subscription' : `subscription ${route.subscription}`
  return [`API ${route.api}${revision}, ${operation}`, `${product}, ${subscription}`]
}

function callerText(explanation: Explanation): readonly string[] {
  const { caller } = explanation
  if (caller === undefined) return isUnread(explanation) ? [] : ['not known: no token said who']
  const roles = rolesText(caller)
  const parts = [
    callerName(caller) ?? (caller.unverified === undefined ? 'nobody named' : 'nobody named (not verified)'),
    caller.clientApplication === undefined ? '' : `by application ${caller.clientApplication}`,
    `roles ${roles === '' ? 'none' : roles}`,
    caller.scopes === undefined ? '' : `scopes ${caller.scopes.join(' ')}`,
  ]
  return [parts.filter(part => part !== '').join(', ')]
}

function demandLine(demand: JudgedDemand, paint: Paint): string {
  const place = paint.dim(`${demand.policy} at ${nearby(demand.file)}:${demand.line} (${demand.scope})`)
  return `${mark(demand, paint)} ${demandText(demand)}  ${place}`
}

/** Whether the claims of the token do: the signature and the rest of the token are the verdict's affair. */
function mark({ met }: JudgedDemand, paint: Paint): string {
  if (met === undefined) return '·'
  return met ? paint.green('✓') : paint.red('✗')
}

function stepLines(step: TracedPolicy, paint: Paint): readonly string[] {
  const { path, scope, section, file, line, outcome, reason, comparisons, changes, said } = step
  const depth = '  '.repeat(path.split('/').length - 1)
  const ended = outcome === 'next' ? '' : ` ${outcome === 'refusal' ? paint.red(reason ?? outcome) : (reason ?? outcome)}`
  const sign = outcome === 'next' ? '→' : outcome === 'refusal' ? paint.red('✗') : '⏎'
  return [
    `${depth}${sign} ${step.policy}${ended}  ${paint.dim(`${nearby(file)}:${line} (${scope}, ${section})`)}`,
    ...comparisons.flatMap(comparison => comparisonLines(comparison, paint).map(row => `${depth}    ${row}`)),
    ...changes.map(({ target, before, after }) => paint.dim(`${depth}    ${target}: ${before ?? 'none'} → ${after ?? 'none'}`)),
    ...said.map(({ source, message }) => paint.dim(`${depth}    ${source} said: ${message}`)),
  ]
}

function comparisonLines(comparison: Comparison, paint: Paint): readonly string[] {
  const { subject, match, expected, received, holds, parts = [] } = comparison
  const has = `${subject}: has [${received.join(', ')}]`
  const needs = expected.length === 0 ? '' : `, needs ${match === undefined ? '' : `${match} of `}[${expected.join(', ')}]`
  return [`${holds ? paint.green('✓') : paint.red('✗')} ${has}${needs}`, ...parts.flatMap(part => partLines(part, paint))]
}

/** A part of a condition, and below it what it compared: texts in quotes, as they would stand in the policy. */
function partLines({ text, holds, threw, values }: ConditionPart, paint: Paint): readonly string[] {
  return [
    `  ${threw ? paint.red('threw') : holds}: ${text}`,
    ...values.map(({ of, value }) => paint.dim(`    ${of} is ${JSON.stringify(value)}`)),
  ]
}

/** What would turn the call away once the first refusal is mended. */
function furtherLines({ policy, file, line, scope, reason, mayFollow, mend }: FurtherRefusal, paint: Paint): readonly string[] {
  const doubt = mayFollow ? ' (it may only follow from the refusal before it)' : ''
  return [`${paint.red('✗')} ${policy} ${reason}${doubt}  ${paint.dim(`${nearby(file)}:${line} (${scope})`)}`, `    ${mend}`]
}
