/** What nobody foresaw, for the log: where it was thrown, and what it came from. */
export function describeDefect(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.stack ?? error.message
  return error.cause === undefined ? own : `${own}\ncaused by ${describeDefect(error.cause)}`
}
