/** The simple lower-case mapping of one UTF-16 unit in the invariant culture. */
export function lowerUnit(unit: number): number {
  if (unit < 128) return unit >= 65 && unit <= 90 ? unit + 32 : unit
  const lower = String.fromCharCode(unit).toLowerCase()
  return lower.length === 1 ? lower.charCodeAt(0) : unit
}

let groups: ReadonlyMap<number, readonly number[]> | undefined

/** All units whose lower case is `lower`: what a pattern's character stands for when case is ignored. */
export function unitsLoweringTo(lower: number): readonly number[] {
  if (groups === undefined) {
    const made = new Map<number, number[]>()
    for (let unit = 0; unit < 0x10000; unit++) {
      const to = lowerUnit(unit)
      if (to === unit) continue
      const members = made.get(to)
      if (members === undefined) made.set(to, [to, unit])
      else members.push(unit)
    }
    groups = made
  }
  return groups.get(lower) ?? [lower]
}
