import type { Raw } from '../../types/values.ts'
import { elementsOf } from './elements.ts'

/** Takes the next element; false when it wants no more. */
export type Visit = (item: Raw) => boolean

/** A sequence that can hand its elements over one by one, which costs a fraction of being asked for each. */
export abstract class Walkable {
  /** Hands over the elements in order, each made when the one before has been taken. False: `visit` stopped it. */
  abstract walk(visit: Visit): boolean
}

/** Goes through any IEnumerable<T> with raw elements, as `for (const item of elementsOf(source))` would. */
export function walk(source: Raw, visit: Visit): boolean {
  if (Array.isArray(source)) {
    for (let i = 0; i < source.length; i++) if (!visit(source[i])) return false
    return true
  }
  if (source instanceof Walkable) return source.walk(visit)
  for (const item of elementsOf(source)) if (!visit(item)) return false
  return true
}
