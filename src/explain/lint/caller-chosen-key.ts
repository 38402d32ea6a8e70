import type { Diagnostic } from '../../catalog/diagnostic.ts'
import { type Flow, sourcesOf } from './call-flow.ts'
import type { ReadExpression } from './caller-reading.ts'
import { findingAt, type Placed } from './lint-finding.ts'

const keyed = new Set(['rate-limit-by-key', 'quota-by-key'])

/** The key of a limit that is made of nothing but what callers send as they like. Claims are looked at by their token. */
export function callerChosenKey(placed: Placed, flow: Flow, read: ReadExpression): readonly Diagnostic[] {
  const { name, attributes } = placed.element
  const value = keyed.has(name) ? attributes.find(one => one.name === 'counter-key')?.value : undefined
  if (value?.kind !== 'expression') return []
  const reading = read(value.source.text)
  const through = [...reading.variables].filter(one => isChosen(flow.variables.get(one)?.sources))
  const isSteady = reading.steady || [...reading.variables].some(one => flow.variables.get(one)?.steady === true)
  if (isSteady || !isChosen(sourcesOf(reading, flow))) return []
  const way = isChosen(reading.sources) ? '' : `, by way of the variable ${through.join(', ')}`
  return [findingAt(placed, 'lint.caller-chosen-key', `the key of \`${name}\` is what the caller sends${way}`)]
}

/** A part of the path names what is called, which is little to choose from. */
const isChosen = (sources: ReadonlySet<string> | undefined) => [...(sources ?? [])].some(source => !source.startsWith('path '))
