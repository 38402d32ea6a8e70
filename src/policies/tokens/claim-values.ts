/** A claim's values as texts: an array's elements or the one value; what is no text as JSON writes it. */
export function claimValues(claim: unknown): readonly string[] {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
  if (claim === undefined || claim === null) return []
  return Array.isArray(claim) ? claim.map(text) : [text(claim)]
}
