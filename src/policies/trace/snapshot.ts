import { counted } from '../../catalog/counted.ts'
import type { CallContext } from '../context/call-context.ts'
import type { Headers } from '../context/headers.ts'
import type { Redactor } from './redact.ts'
import type { Change } from './tracer.ts'

/** What stands in a call at one moment, as it is: by the target of a change. */
export type Snapshot = ReadonlyMap<string, unknown>

const variables = 'variables.'

/** Of bodies only their size. */
export function snapshotOf(call: CallContext): Snapshot {
  const { request, response, backendName } = call
  const all = new Map<string, unknown>()
  all.set('request.method', request.method)
  all.set('request.url', request.url.toString())
  headersInto(all, 'request.headers.', request.headers)
  if (request.body.bytes !== null) all.set('request.body', sizeOf(request.body.bytes))
  if (response !== null) {
    all.set('response.statusCode', `${response.statusCode} ${response.statusReason}`.trim())
    headersInto(all, 'response.headers.', response.headers)
    if (response.body.bytes !== null) all.set('response.body', sizeOf(response.body.bytes))
  }
  if (backendName !== null) all.set('backend', backendName)
  // iterated itself, it is what expressions see: pairs of .NET
  for (const [name, value] of call.variables.entries()) all.set(variables + name, value)
  return all
}

/**
 * What changed, as it may be shown: only that is made ready to be shown, since a call has many policies and what it carries may be long.
 * `bodyVariables` hold something of a body.
 */
export function changesBetween(
  before: Snapshot,
  after: Snapshot,
  redact: Redactor,
  bodyVariables: ReadonlySet<string> = new Set(),
): readonly Change[] {
  const shown = (target: string, value: unknown) =>
    target.startsWith(variables) && bodyVariables.has(target.slice(variables.length))
      ? '(of a body)'
      : shownAs(target, value, redact)
  const targets = new Set([...before.keys(), ...after.keys()])
  return [...targets].flatMap(target => {
    if (before.get(target) === after.get(target) && before.has(target) === after.has(target)) return []
    const was = before.has(target) ? shown(target, before.get(target)) : undefined
    const is = after.has(target) ? shown(target, after.get(target)) : undefined
    if (was === is) return []
    return { target, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }
  })
}

function shownAs(target: string, value: unknown, redact: Redactor): string {
  if (target.startsWith(variables)) return redact.variable(target.slice(variables.length), value)
  const header = /^(?:request|response)\.headers\.(.*)$/s.exec(target)?.[1]
  return header === undefined ? redact.text(String(value)) : redact.header(header, String(value))
}

function headersInto(all: Map<string, unknown>, prefix: string, { raw }: Headers): void {
  const targets = new Map<string, string>()
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? ''
    const known = targets.get(name.toLowerCase())
    if (known === undefined) targets.set(name.toLowerCase(), prefix + name)
    const target = known ?? prefix + name
    all.set(target, known === undefined ? raw[i + 1] : `${all.get(target)}, ${raw[i + 1]}`)
  }
}

const sizeOf = (bytes: Uint8Array) => counted(bytes.byteLength, 'byte')
