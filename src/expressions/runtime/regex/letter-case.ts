import { toLowerInvariant } from '../primitives/text/compare-strings.ts'

/** The simple lower-case mapping of one UTF-16 unit in the invariant culture. */
export function lowerUnit(unit: number): number {
  if (unit < 128) return unit >= 65 && unit <= 90 ? unit + 32 : unit
  return toLowerInvariant(String.fromCharCode(unit)).charCodeAt(0)
}

let lowered: ReadonlyMap<number, number> | undefined

/** Every unit whose lower case is another, with that. */
export function loweredUnits(): ReadonlyMap<number, number> {
  if (lowered !== undefined) return lowered
  const made = new Map<number, number>()
  for (let unit = 0; unit < 0x10000; unit++) {
    const to = lowerUnit(unit)
    if (to !== unit) made.set(unit, to)
  }
  lowered = made
  return made
}

let groups: ReadonlyMap<number, readonly number[]> | undefined

/** All units whose lower case is `lower`: what a pattern's character stands for when case is ignored. */
export function unitsLoweringTo(lower: number): readonly number[] {
  groups ??= groupByLower()
  return groups.get(lower) ?? [lower]
}

function groupByLower(): ReadonlyMap<number, readonly number[]> {
  const made = new Map<number, number[]>()
  for (const [unit, to] of loweredUnits()) {
    const members = made.get(to)
    if (members === undefined) made.set(to, [to, unit])
    else members.push(unit)
  }
  return made
}
