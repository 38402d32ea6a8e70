import { Readable } from 'node:stream'
import { main } from '../../src/cli/main.ts'
import type { Finished } from './gatehouse.ts'

/**
 * Runs one command to its end in this process, for tests of what a command says and does. What its process does (signals, pipes, its exit, what Node
 * itself reads from the environment) takes `gatehouse`, which starts one: that costs more than most commands.
 */
export async function command(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Finished> {
  const written = { stdout: '', stderr: '' }
  const into = (stream: keyof typeof written) => ({
    write(text: string) {
      written[stream] += text
    },
  })
  const code = await main(args, {
    stdout: into('stdout'),
    stderr: into('stderr'),
    stdin: Readable.from([]),
    env: { ...process.env, ...options.env },
    cwd: options.cwd ?? process.cwd(),
  })
  return { code, ...written }
}
