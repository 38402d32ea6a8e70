/** Milliseconds of processor time that this thread has used: a bound on it holds on a busy machine too. */
export function threadTime(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
