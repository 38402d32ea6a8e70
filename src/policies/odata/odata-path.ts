import { ExpressionReader } from './odata-expression.ts'
import { ODataFault } from './odata-scanner.ts'
import { splitOutside } from './split-outside.ts'

/** One segment of a resource path, decoded: `Products`, `Products(1)`, `$count`, `Some.Namespace.Function(a=1)`. */
export interface PathSegment {
  readonly name: string
  /** What stands in its brackets: keys or arguments. */
  readonly inside: string | undefined
}

/** Segments with a `$`: where they may stand (URL Conventions §4). */
const control = new Map<string, 'alone' | 'last' | 'inside'>([
  ['$metadata', 'alone'],
  ['$batch', 'alone'],
  ['$entity', 'inside'],
  ['$all', 'inside'],
  ['$crossjoin', 'inside'],
  ['$count', 'last'],
  ['$value', 'last'],
  ['$ref', 'last'],
  ['$each', 'inside'],
  ['$filter', 'inside'],
  ['$query', 'last'],
])

/** Takes the path below the service's root apart. `path` is percent-encoded, without a slash at its beginning. Throws ODataFault. */
export function resourcePath(path: string, version: number): readonly PathSegment[] {
  const trimmed = path.replace(/\/$/, '')
  if (trimmed === '') return []
  const texts = splitOutside(decoded(trimmed), '/')
  return texts.map((text, i) => segmentOf(text, i, texts.length, version))
}

function segmentOf(text: string, i: number, count: number, version: number): PathSegment {
  if (text === '') throw new ODataFault('has an empty segment')
  const open = text.indexOf('(')
  const bracketed = open > 0 && text.endsWith(')')
  const name = bracketed ? text.slice(0, open) : text
  const inside = bracketed ? text.slice(open + 1, -1) : undefined
  if (name.startsWith('$')) checkControl(name, i, count)
  if (bracketed && name !== '$crossjoin') checkInside(inside ?? '', version)
  // a key may be a segment of its own, so that any other text may be right
  return { name, inside }
}

function checkControl(name: string, i: number, count: number): void {
  const place = control.get(name)
  if (place === undefined) throw new ODataFault(`has ${name.slice(0, 60)}, which stands for nothing`)
  if (place === 'alone' && (i !== 0 || count > 1)) throw new ODataFault(`has something beside ${name}`)
  if (place === 'last' && (i === 0 || i < count - 1)) throw new ODataFault(`has ${name} where it may not stand`)
}

/** Keys (`1`, `'a'`, `Id=1,Line=2`) or arguments of a function: none, or values with commas between. */
function checkInside(text: string, version: number): void {
  if (text.trim() === '') return
  for (const part of splitOutside(text, ',')) {
    const value = /^\s*[\p{L}_][\p{L}\p{N}_]*\s*=(.*)$/su.exec(part)?.[1] ?? part
    new ExpressionReader(value, version).whole()
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new ODataFault('has a percent sign that encodes nothing')
  }
}
