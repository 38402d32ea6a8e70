/** What `DateTime.Now` and its like read, in milliseconds since 1970: the system's clock, unless a host lets the time stand still. */
export const clock: { now(): number } = { now: Date.now }
