import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** Resolves once a server says that it takes connections. Rejects with what it said instead. */
export async function untilReady<T extends ChildProcess>(name: string, child: T, output: Readable): Promise<T> {
  const lines: string[] = []
  for await (const line of createInterface({ input: output })) {
    lines.push(line)
    if (!/ready to accept connections/i.test(line)) continue
    output.resume() // what it says later is nobody's concern, and must not fill the pipe
    return child
  }
  throw new Error(`${name} did not start:\n${lines.join('\n')}`)
}
