/** UTF-16 units as ranges: in order, apart from each other, both ends inside. */
export type Ranges = readonly (readonly [number, number])[]

const lastUnit = 0xffff

export const noUnits: Ranges = []

/** Ranges in any order, also overlapping, as ordered ones. */
export function orderRanges(ranges: Ranges): Ranges {
  const found: [number, number][] = []
  for (const [first, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1)
    if (last !== undefined && first <= last[1] + 1) last[1] = Math.max(last[1], end)
    else found.push([first, end])
  }
  return found
}

/** Of ordered ranges. */
export function unite(a: Ranges, b: Ranges): Ranges {
  if (a.length === 0 || a === b) return b
  if (b.length === 0) return a
  const found: [number, number][] = []
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [left, right] = [a[i], b[j]]
    const isLeft = left !== undefined && (right === undefined || left[0] <= right[0])
    const next = isLeft ? left : right
    if (next === undefined) break
    if (isLeft) i++
    else j++
    const last = found.at(-1)
    if (last !== undefined && next[0] <= last[1] + 1) last[1] = Math.max(last[1], next[1])
    else found.push([next[0], next[1]])
  }
  return found
}

export function complement(ranges: Ranges): Ranges {
  const found: [number, number][] = []
  let next = 0
  for (const [first, last] of ranges) {
    if (first > next) found.push([next, first - 1])
    next = last + 1
  }
  if (next <= lastUnit) found.push([next, lastUnit])
  return found
}

/** What is not in `b`. */
export const without = (a: Ranges, b: Ranges): Ranges => (b.length === 0 ? a : complement(unite(complement(a), b)))

export function overlap(a: Ranges, b: Ranges): boolean {
  for (let i = 0, j = 0; ; ) {
    const left = a[i]
    const right = b[j]
    if (left === undefined || right === undefined) return false
    if (left[0] <= right[1] && right[0] <= left[1]) return true
    if (left[1] < right[1]) i++
    else j++
  }
}

export function holdsUnit(ranges: Ranges, unit: number): boolean {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = ranges[middle]
    if (range === undefined) return false
    if (unit < range[0]) high = middle - 1
    else if (unit > range[1]) low = middle + 1
    else return true
  }
  return false
}
