import { once } from 'node:events'

/** Settles with the signal by which the process is told to end: Ctrl-C, or SIGTERM, or the terminal going away. */
export async function stopSignal(): Promise<string> {
  const asked = new AbortController()
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
  // listening for signals does not keep a process
  const alive = setInterval(() => {}, 1 << 30)
  const first = await Promise.race(signals.map(signal => once(process, signal, { signal: asked.signal }).then(() => signal)))
  clearInterval(alive)
  asked.abort()
  return first
}
