/** Numbers from a seed, the same on every run (mulberry32). */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed | 0
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** `text` with a few characters dropped, doubled or replaced by one of `spice`. */
export function mutated(text: string, spice: string, random: (below: number) => number): string {
  const chars = [...text]
  for (let left = 1 + random(4); left > 0 && chars.length > 0; left--) {
    const at = random(chars.length)
    const other = spice.charAt(random(spice.length))
    const choice = random(4)
    if (choice === 0) chars.splice(at, 1)
    else if (choice === 1) chars.splice(at, 0, other)
    else if (choice === 2) chars[at] = other
    else chars.splice(at, random(6), ...chars.slice(random(chars.length), random(chars.length)))
  }
  return chars.join('')
}
