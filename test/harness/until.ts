import { setTimeout as pause } from 'node:timers/promises'

type Look<T> = T | undefined | false

/**
 * Looks until there is something, and gives it: for what other threads and processes do and nobody is told of. It rests between two looks, which leaves
 * the processor to them. Rejects after half a minute.
 */
export async function until<T>(look: () => Look<T> | Promise<Look<T>>, told = () => 'it did not come'): Promise<T> {
  for (const end = performance.now() + 30_000; ; await pause(10)) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new Error(told())
  }
}
