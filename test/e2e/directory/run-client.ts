import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export type Line = Record<string, unknown>

/** A client script in a process of its own that trusts this authority and nothing else of ours. Hands over each line; gives the last one. */
export async function runClient(
  script: string,
  settings: Line,
  caFile: string,
  onLine: (line: Line, tell: (text: string) => void) => void | Promise<void> = () => {},
  more: Readonly<Record<string, string>> = {},
): Promise<Line> {
  const env = { PATH: process.env.PATH ?? '', NODE_EXTRA_CA_CERTS: caFile, NO_PROXY: '*', ...more }
  const child = spawn(process.execPath, [join(import.meta.dirname, script), JSON.stringify(settings)], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  let last: Line = {}
  for await (const text of createInterface({ input: child.stdout })) {
    last = JSON.parse(text)
    await onLine(last, text => void child.stdin.write(`${text}\n`))
  }
  child.stdin.end()
  await exit
  return last
}
