import type { Statement, SwitchSection } from '../syntax/nodes.ts'
import type { Type } from '../types/type.ts'
import type { BoundPattern, BoundSection, BoundStatement, JumpTarget } from './bound.ts'
import { type Binding, fault } from './context.ts'
import { condition, convert, requireValue } from './convert.ts'
import { switchAround, withTarget } from './jumps.ts'
import { at, constantOf, isError, temporary } from './nodes.ts'
import { bindPattern } from './patterns.ts'
import { endsReachable } from './reachability.ts'
import { Scope } from './scope.ts'

/** What `goto case` needs of the switch around it. */
interface SwitchInfo {
  readonly type: Type
  readonly sections: readonly (readonly BoundPattern[])[]
  readonly defaultSection: number | undefined
}

const infos = new WeakMap<JumpTarget, SwitchInfo>()

/** `switch` with constants, patterns and `when` (C# 7 §13.8.3). */
export function bindSwitch(b: Binding, syntax: Statement & { kind: 'switch' }, outer: Scope): BoundStatement {
  const value = requireValue(b, b.expression(syntax.value, outer))
  const { scope, target } = withTarget(outer, 'switch')
  const scopes = syntax.sections.map(() => new Scope(scope, scope.frame, { declarations: scope }))
  const labels = syntax.sections.map((section, i) => bindLabels(b, section, value.type, scopes[i] ?? scope))
  const defaultSection = defaultOf(b, syntax.sections)
  reportDuplicates(b, syntax.sections, labels)
  infos.set(target, {
    type: value.type,
    sections: labels.map(list => list.flatMap(({ pattern }) => pattern ?? [])),
    defaultSection,
  })
  const jumps = syntax.sections.map((section, i) => b.names(section.statements, scopes[i] ?? scope))
  const sections = syntax.sections.map((section, i): BoundSection => {
    const own = scopes[i] ?? scope
    const statements = section.statements.map(each => b.statement(each, own))
    b.bodies(own)
    const block: BoundStatement = {
      kind: 'block',
      ...at(section),
      locals: [],
      functions: own.functions,
      labels: jumps[i] ?? [],
      statements,
    }
    if (endsReachable(block)) {
      const isLast = i === syntax.sections.length - 1
      fault(
        b,
        section,
        isLast ? 'CS8070' : 'CS0163',
        isLast
          ? 'Control cannot fall out of switch from final case label'
          : 'Control cannot fall through from one case label to another',
      )
    }
    return { labels: labels[i] ?? [], statements: [block] }
  })
  const locals = [...scope.locals, ...scopes.flatMap(each => each.locals)]
  return {
    kind: 'switch',
    ...at(syntax),
    target,
    value,
    local: temporary(value.type, outer),
    locals,
    functions: scope.functions,
    sections,
    defaultSection,
  }
}

function bindLabels(b: Binding, section: SwitchSection, type: Type, scope: Scope): BoundSection['labels'] {
  return section.labels.map(label => {
    const pattern = label.pattern === undefined ? undefined : bindPattern(b, label.pattern, type, scope)
    const when = label.when === undefined ? undefined : condition(b, b.expression(label.when, scope))
    return { pattern, when }
  })
}

function defaultOf(b: Binding, sections: readonly SwitchSection[]): number | undefined {
  let found: number | undefined
  for (const [i, section] of sections.entries()) {
    for (const label of section.labels) {
      if (label.pattern !== undefined) continue
      if (found !== undefined)
        fault(b, label, 'CS0152', "The switch statement contains multiple cases with the label value 'default'")
      found = i
    }
  }
  return found
}

function reportDuplicates(b: Binding, sections: readonly SwitchSection[], labels: readonly BoundSection['labels'][]): void {
  const seen = new Set<unknown>()
  for (const [i, list] of labels.entries()) {
    for (const [j, { pattern, when }] of list.entries()) {
      if (pattern?.kind !== 'constant' || when !== undefined || isError(pattern.value)) continue
      const value = constantOf(pattern.value)?.value
      const key = `${typeof value}:${String(value)}:${pattern.value.type.fullName}`
      const label = sections[i]?.labels[j]
      if (seen.has(key) && label !== undefined)
        fault(b, label, 'CS0152', `The switch statement contains multiple cases with the label value '${String(value)}'`)
      seen.add(key)
    }
  }
}

/** `goto case X;` and `goto default;`. */
export function gotoCase(b: Binding, syntax: Statement & { kind: 'goto case' }, scope: Scope): BoundStatement {
  const around = switchAround(scope)
  const info = around === undefined ? undefined : infos.get(around.target)
  const section =
    info === undefined ? undefined : syntax.value === undefined ? info.defaultSection : caseOf(b, syntax, info, scope)
  if (around === undefined || section === undefined) {
    if (around === undefined) fault(b, syntax, 'CS0153', 'A goto case is only valid inside a switch statement')
    else if (!b.faults.hasErrors || syntax.value === undefined)
      fault(
        b,
        syntax,
        'CS0159',
        `No such label '${syntax.value === undefined ? 'default:' : 'case'}' within the scope of the goto statement`,
      )
    return { kind: 'empty', ...at(syntax) }
  }
  around.target.entered.add(section)
  return { kind: 'goto case', ...at(syntax), target: around.target, section }
}

function caseOf(b: Binding, { value }: Statement & { kind: 'goto case' }, info: SwitchInfo, scope: Scope): number | undefined {
  if (value === undefined) return undefined
  const bound = convert(b, b.expression(value, scope), info.type)
  const wanted = constantOf(bound)
  if (wanted === undefined) {
    if (!isError(bound)) fault(b, value, 'CS0150', 'A constant value is expected')
    return undefined
  }
  const index = info.sections.findIndex(list =>
    list.some(pattern => pattern.kind === 'constant' && constantOf(pattern.value)?.value === wanted.value),
  )
  return index < 0 ? undefined : index
}
