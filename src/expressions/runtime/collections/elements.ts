import { iterate } from '../../types/arrays.ts'
import { box } from '../../types/boxing.ts'
import type { Raw, Value } from '../../types/values.ts'
import { dictionaryTypes, elementTypeOf } from './element-type.ts'
import { KeyValuePair } from './key-value-pair.ts'
import { isMapLike, type MapLike } from './protocol.ts'

/** The raw elements of any IEnumerable<T>; a host's dictionary gives KeyValuePairs. */
export function elementsOf<T = Raw>(source: Raw): Iterable<T> {
  if (Array.isArray(source)) return source
  if (typeof source === 'object' && source !== null && isMapLike(source))
    return pairsOf(source) as Iterable<unknown> as Iterable<T> // T is KeyValuePair there
  return iterate<T>(source)
}

/** The pairs of a Map-like dictionary, made one by one. */
export function* pairsOf(source: MapLike): Generator<KeyValuePair> {
  const types = dictionaryTypes(source)
  for (const [key, value] of source.entries()) yield new KeyValuePair(types, key, value)
}

/** The elements of a plain IEnumerable, boxed. */
export function* boxedElements(source: Raw): Generator<Value> {
  const type = elementTypeOf(source)
  for (const item of elementsOf(source)) yield type === undefined ? item : box(type, item)
}
