import type { PolicyElement, PolicyText } from '../../policies/read/read-policy.ts'
import { answers } from '../demands-of.ts'
import type { EffectiveElement, PartsReader } from '../effective-section.ts'
import { childrenNamed } from '../policy-texts.ts'
import type { ReadExpression, Taken } from './caller-reading.ts'
import { literalOf, tokenPolicies } from './lint-finding.ts'

/** What a variable was made of. */
export interface Origin {
  readonly sources: ReadonlySet<string>
  readonly steady: boolean
}

/** What is known of a call where a policy stands. */
export interface Flow {
  /** Parts of the request whose token was validated, or that policies wrote themselves; `*`: any. */
  readonly sound: ReadonlySet<string>
  readonly variables: ReadonlyMap<string, Origin>
}

export const atFirst: Flow = { sound: new Set(), variables: new Map() }

/** Parts of the request that something is made of, those of its variables too. */
export function sourcesOf({ sources, variables }: Taken, flow: Flow): ReadonlySet<string> {
  return new Set([...sources, ...[...variables].flatMap(name => [...(flow.variables.get(name)?.sources ?? [])])])
}

export function isSound(source: string, { sound }: Flow): boolean {
  return sound.has('*') || sound.has(source) || (source.endsWith(' *') && sound.size > 0)
}

export interface FlowOptions {
  readonly parts: PartsReader
  readonly read: ReadExpression
  /** Whose headers `set-header` sets. */
  readonly message: 'request' | 'response'
  /** Sees every policy and part of one, with what is known there. */
  readonly visit: (placed: EffectiveElement, flow: Flow) => void
}

/** Policies that run what they hold as if it stood in their place. */
const transparent = new Set(['retry', 'limit-concurrency', 'wait', 'when', 'otherwise'])
/** They bring a credential of the gateway's own to the backend. */
const authenticates = new Set(['authentication-basic', 'authentication-managed-identity'])
/** How policies name the variable that they fill. */
const filled = ['variable-name', 'response-variable-name', 'output-token-variable-name']

/** Goes through policies as calls do. What is known afterwards; undefined when every call was answered. */
export function follow(elements: readonly EffectiveElement[], flow: Flow, options: FlowOptions): Flow | undefined {
  let known: Flow | undefined = flow
  for (const one of elements) {
    if (known === undefined) return undefined
    const after = pass(one, known, options)
    // what only some calls meet tells nothing of the others
    if (one.conditional !== true) known = after
  }
  return known
}

function pass(at: EffectiveElement, flow: Flow, options: FlowOptions): Flow | undefined {
  const { element } = at
  if (tokenPolicies.has(element.name)) return validated(element, flow, options.read)
  if (element.name === 'choose') return chosen(at, flow, options)
  options.visit(at, flow)
  if (transparent.has(element.name)) return follow(options.parts(at), flow, options)
  // what a condition takes in from wider scopes cannot be told from here
  if (element.name === 'base') return { ...flow, sound: new Set([...flow.sound, '*']) }
  for (const part of options.parts(at)) visitAll(part, flow, options)
  return answers.has(element.name) ? undefined : changed(element, flow, options)
}

function visitAll(at: EffectiveElement, flow: Flow, options: FlowOptions): void {
  options.visit(at, flow)
  for (const part of options.parts(at)) visitAll(part, flow, options)
}

/** After a condition is known what is known after each of its branches. */
function chosen(at: EffectiveElement, flow: Flow, options: FlowOptions): Flow | undefined {
  const branches = options.parts(at)
  const ends = branches.map(branch => pass(branch, flow, options))
  const all = branches.some(({ element }) => element.name === 'otherwise') ? ends : [...ends, flow]
  const [first, ...others] = all.filter(end => end !== undefined)
  return first === undefined ? undefined : others.reduce(joined, first)
}

function joined(a: Flow, b: Flow): Flow {
  const sound = a.sound.has('*') ? b.sound : b.sound.has('*') ? a.sound : new Set([...a.sound].filter(one => b.sound.has(one)))
  const names = new Set([...a.variables.keys(), ...b.variables.keys()])
  const variables = [...names].map((name): [string, Origin] => {
    const [of, or] = [a.variables.get(name), b.variables.get(name)]
    const sources = new Set([...(of?.sources ?? []), ...(or?.sources ?? [])])
    return [name, { sources, steady: of?.steady === true || or?.steady === true }]
  })
  return { sound, variables: new Map(variables) }
}

const attribute = ({ attributes }: PolicyElement, name: string) => attributes.find(one => one.name === name)?.value

/** A token policy vouches for the place where it looks, if it checks signatures. */
function validated(element: PolicyElement, flow: Flow, read: ReadExpression): Flow {
  const filling = withoutFilled(element, flow)
  if (/^false$/i.test(literalOf(element, 'require-signed-tokens') ?? '')) return filling
  return { ...filling, sound: new Set([...flow.sound, ...placesOf(element, flow, read)]) }
}

function placesOf(element: PolicyElement, flow: Flow, read: ReadExpression): Iterable<string> {
  const value = attribute(element, 'token-value')
  if (value !== undefined) return sourcesOf(read(value.source.text), flow)
  const [header, parameter] = [attribute(element, 'header-name'), attribute(element, 'query-parameter-name')]
  const written = header ?? parameter
  if (written === undefined) return ['header authorization']
  const name = written.source.text.trim().toLowerCase()
  return written.kind === 'expression' || name.includes('{{') ? ['*'] : [`${header === undefined ? 'query' : 'header'} ${name}`]
}

/** What a policy writes: variables, and headers of the request. */
function changed(element: PolicyElement, flow: Flow, { read, message }: FlowOptions): Flow {
  const name = literalOf(element, 'name')
  if (element.name === 'set-variable' && name !== undefined) {
    const origin = originOf([attribute(element, 'value')], flow, read)
    return { ...flow, variables: new Map(flow.variables).set(name, origin) }
  }
  if (
    element.name === 'set-header' &&
    message === 'request' &&
    name !== undefined &&
    /^(?:override|delete)$/i.test(literalOf(element, 'exists-action') ?? 'override')
  ) {
    const { sources } = originOf(
      childrenNamed(element, 'value').map(({ text }) => text),
      flow,
      read,
    )
    return overwritten(
      `header ${name.toLowerCase()}`,
      [...sources].every(one => isSound(one, flow)),
      flow,
    )
  }
  const others = withoutFilled(element, flow)
  const isCredential = authenticates.has(element.name) && others === flow
  return isCredential ? overwritten('header authorization', true, flow) : others
}

function withoutFilled(element: PolicyElement, flow: Flow): Flow {
  const names = filled.flatMap(one => literalOf(element, one) ?? [])
  if (names.length === 0) return flow
  return { ...flow, variables: new Map([...flow.variables].filter(([name]) => !names.includes(name))) }
}

function originOf(values: readonly (PolicyText | undefined)[], flow: Flow, read: ReadExpression): Origin {
  const readings = values.flatMap(value => (value?.kind === 'expression' ? [read(value.source.text)] : []))
  const steady = readings.some(one => one.steady || [...one.variables].some(name => flow.variables.get(name)?.steady === true))
  return { sources: new Set(readings.flatMap(one => [...sourcesOf(one, flow)])), steady }
}

/** Another value stands in a header from now on; variables keep what they took from it as it came. */
function overwritten(header: string, isOwn: boolean, { sound, variables }: Flow): Flow {
  const left = new Set([...sound].filter(one => one !== header))
  if (isOwn) left.add(header)
  const asItCame = (source: string) => (source === header && !sound.has(header) ? `${header} as it came` : source)
  const kept = [...variables].map(([name, { sources, steady }]): [string, Origin] => [
    name,
    { sources: new Set([...sources].map(asItCame)), steady },
  ])
  return { sound: left, variables: new Map(kept) }
}
