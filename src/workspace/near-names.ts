const longestCompared = 80

/** Edits (insert, delete, replace, swap neighbours) from one text to the other; more than `limit` counts as limit + 1. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) > limit) return limit + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1))
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, beforeLast[column - 2]! + 1)
      }
      current.push(cost)
    }
    beforeLast = last
    last = current
  }
  return last[to.length]!
}

/** The candidate that was most likely meant, if one is near enough (a third of its letters, at most three). */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > longestCompared) return undefined
  let best: { name: string; distance: number } | undefined
  for (const candidate of candidates) {
    if (candidate.length > longestCompared) continue
    const limit = Math.min(3, Math.max(1, Math.floor(candidate.length / 3)))
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), limit)
    if (distance <= limit && (best === undefined || distance < best.distance)) best = { name: candidate, distance }
  }
  return best?.name
}

/** A mend that offers the nearest name, or, without one, the few that exist. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates]
  const nearest = nearestName(name, all)
  if (nearest !== undefined) return `did you mean '${nearest}'?`
  if (all.length === 0) return undefined
  const shown = all.slice(0, 12).map(candidate => `'${candidate}'`)
  return `there ${all.length === 1 ? 'is' : 'are'} ${shown.join(', ')}${all.length > 12 ? ` and ${all.length - 12} more` : ''}`
}
