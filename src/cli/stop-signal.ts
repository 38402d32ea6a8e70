import { once } from 'node:events'

/**
 * Settles with the signal by which the process is told to end: Ctrl-C, or SIGTERM, or the terminal going away. It keeps the process alive until
 * then, or until `givenUp` aborts: then it never settles.
 */
export async function stopSignal(givenUp?: AbortSignal): Promise<string> {
  const asked = new AbortController()
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
  // listening for signals does not keep a process
  const alive = setInterval(() => {}, 1 << 30)
  givenUp?.addEventListener('abort', () => clearInterval(alive), { once: true })
  const first = await Promise.race(signals.map(signal => once(process, signal, { signal: asked.signal }).then(() => signal)))
  clearInterval(alive)
  asked.abort()
  return first
}
