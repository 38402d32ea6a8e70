import type { Backend, Catalog, Certificate, NamedValue, PolicyFragment } from '../../catalog/catalog.ts'
import type { Diagnostic } from '../../catalog/diagnostic.ts'
import type { SchemaDocument } from '../../catalog/schema-document.ts'
import { compilePolicies } from '../compile-policies.ts'
import type { CallContext, DecidedBy } from '../context/call-context.ts'
import { next, type Outcome } from '../outcome.ts'
import type { Plan, PolicyProgram } from '../plan.ts'
import type { Ports } from '../ports.ts'
import type { ScopeName, SectionName } from '../step.ts'
import type { Tracer } from '../trace/tracer.ts'
import { emptyCatalog } from './empty-catalog.ts'
import { type MadeCall, makeCall, starter } from './make-call.ts'
import { memoryPorts } from './memory-ports.ts'

/** XML of each section, without the section's own tags. */
export type Sections = Partial<Record<SectionName, string>>

/** What of a workspace a test's policies name. */
export interface Surroundings {
  /** The scope whose policy the sections are; `api` unless said. */
  readonly scope?: ScopeName
  readonly namedValues?: Readonly<Record<string, string | Pick<NamedValue, 'value' | 'secret'>>>
  readonly fragments?: Readonly<Record<string, string>>
  readonly backends?: readonly Partial<Backend>[]
  readonly certificates?: readonly Certificate[]
  /** Texts of schemas by their names; one that begins with `<` is for XML. */
  readonly schemas?: Readonly<Record<string, string>>
}

/** How a call went: the outcome that ended it, which policy gave it, and the context afterwards. */
export interface Ran {
  readonly outcome: Outcome
  readonly decidedBy: DecidedBy | undefined
  readonly ctx: CallContext
}

/**
 * Compiles real policy XML with every check and runs its sections over a made-up call: inbound, backend (only when given), outbound; on-error
 * after a refusal. `watch` makes what looks on meanwhile. Throws when the document has errors.
 */
export async function runPolicies(
  sections: Sections,
  call: MadeCall = {},
  ports: Partial<Ports> = {},
  around: Surroundings = {},
  watch?: (ctx: CallContext) => Tracer,
): Promise<Ran> {
  const ctx = makeCall(call)
  if (watch !== undefined) ctx.tracer = watch(ctx)
  const plan = planOf(sections, ctx, memoryPorts(ports), around)
  for (const [name, section] of [
    ['inbound', plan.inbound],
    ['backend', plan.backend],
    ['outbound', plan.outbound],
  ] as const) {
    if (sections[name] === undefined) continue
    const { outcome, decidedBy } = await section(ctx)
    if (outcome === next) continue
    if (outcome.kind === 'reply' && outcome.isHit === true) {
      const late = await plan.afterHit?.(ctx)
      if (late !== undefined && late.outcome !== next) return { ...late, decidedBy: late.decidedBy, ctx }
    }
    if (outcome.kind === 'refusal' && sections['on-error'] !== undefined) await plan.onError(ctx)
    return { outcome, decidedBy, ctx }
  }
  return { outcome: next, decidedBy: undefined, ctx }
}

/** Every diagnostic of a document made of those sections. */
export function faultsOf(sections: Sections, around: Surroundings = {}): readonly Diagnostic[] {
  return programOf(sections, makeCall(), memoryPorts(), around).program.diagnostics
}

/** The plan of the made-up call's operation. Throws when the document has errors. */
export function planOf(sections: Sections, ctx: CallContext, ports: Ports, around: Surroundings = {}): Plan {
  const { program, api, operation, product } = programOf(sections, ctx, ports, around)
  const plan = program.planFor(api, operation, product)
  if (plan === undefined) throw new Error(`the policies have errors:\n${program.diagnostics.map(describe).join('\n')}`)
  return plan
}

function programOf(sections: Sections, ctx: CallContext, ports: Ports, around: Surroundings) {
  const policy = { file: 'policy.xml', text: documentOf(sections) }
  const scope = around.scope ?? 'api'
  const operation = scope === 'operation' ? { ...ctx.operation, policy } : ctx.operation
  const api = { ...ctx.api, operations: [operation], ...(scope === 'api' ? { policy } : {}) }
  const product = scope === 'product' ? { ...(ctx.product ?? starter), policy } : ctx.product
  const catalog: Catalog = {
    ...emptyCatalog,
    apis: [api],
    products: product === null ? [] : [product],
    namedValues: Object.entries(around.namedValues ?? {}).map(([name, value]) => namedValue(name, value)),
    fragments: Object.entries(around.fragments ?? {}).map(([name, text]) => fragment(name, text)),
    schemas: Object.entries(around.schemas ?? {}).map(([name, text]) => schemaDocument(name, text)),
    certificates: around.certificates ?? [],
    backends: (around.backends ?? []).map(backend => ({ ...plainBackend, ...backend })),
    ...(scope === 'global' ? { policy } : {}),
  }
  const program: PolicyProgram = compilePolicies(catalog, ports)
  return { program, api, operation, product }
}

/** The sections on lines of their own: a section's first line is the one after its tag. */
export function documentOf(sections: Sections): string {
  const parts = Object.entries(sections).map(([name, xml]) => `<${name}>\n${xml}\n</${name}>`)
  return `<policies>\n${parts.join('\n')}\n</policies>`
}

const describe = ({ line, column, code, message }: Diagnostic) => `${line}:${column} ${code} ${message}`

function namedValue(name: string, value: string | Pick<NamedValue, 'value' | 'secret'>): NamedValue {
  const given = typeof value === 'string' ? { value, secret: false } : value
  return { name, displayName: name, file: `named values/${name}/namedValueInformation.json`, ...given }
}

function schemaDocument(name: string, text: string): SchemaDocument {
  return { name, kind: text.startsWith('<') ? 'xml' : 'json', file: `schemas/${name}/schemaInformation.json`, text }
}

function fragment(name: string, text: string): PolicyFragment {
  return { name, policy: { file: `policy fragments/${name}/policy.xml`, text } }
}

const plainBackend: Backend = {
  name: 'backend',
  url: 'https://backend.example',
  protocol: 'http',
  tls: { validateCertificateChain: true, validateCertificateName: true },
}
