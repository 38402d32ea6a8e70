import type { Diagnostic } from '../../catalog/diagnostic.ts'
import { type Flow, isSound, sourcesOf } from './call-flow.ts'
import type { ReadExpression } from './caller-reading.ts'
import { expressionsOf, findingAt, type Placed } from './lint-finding.ts'

/** Claims that an expression reads from what callers send, where no policy has validated that token. */
export function unvalidatedToken(placed: Placed, flow: Flow, read: ReadExpression): readonly Diagnostic[] {
  const tokens = expressionsOf(placed.element).flatMap(text => read(text).tokens)
  const sources = tokens.flatMap(token => [...sourcesOf(token, flow)].filter(source => !isSound(source, flow)))
  const [first] = sources
  if (first === undefined) return []
  const message = `claims are read from a token in ${placeOf(first)} that nobody has validated so far`
  return [findingAt(placed, 'lint.unvalidated-token', message)]
}

/** `x-token` as people write it: X-Token. */
const asWritten = (name: string) => name.replace(/(?<=^|-)[a-z]/g, letter => letter.toUpperCase())

function placeOf(source: string): string {
  const [kind = '', ...name] = source.split(' ')
  const isNamed = name.length > 0 && name[0] !== '*'
  switch (kind) {
    case 'header':
      return isNamed ? `the header ${asWritten(name.join(' '))}` : 'a header'
    case 'query':
      return isNamed ? `the query parameter ${name.join(' ')}` : 'the query'
    case 'path':
      return `the path (${name.join(' ')})`
    default:
      return `the ${kind}`
  }
}
