import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../harness/until.ts'
import { artifactsOf, temporaryWorkspace } from '../harness/workspace.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const starts = [
  { name: 'npm start', command: ['npm', 'start', '--silent', '--'] },
  { name: 'npx gatehouse up', command: ['npx', '--no', '--', 'gatehouse', 'up'] },
]

for (const { name, command } of starts)
  test(`the gateway of ${name} ends when npm is told to end`, async t => {
    const { folder, remove } = await temporaryWorkspace({
      'gatehouse.yaml': 'gateway: { listen: 127.0.0.1:0, workers: 1 }\n',
      ...artifactsOf('a', { get: '/x' }),
    })
    t.after(remove)
    const [program = '', ...args] = command
    // in a group of its own, which is ended whatever becomes of npm
    const npm = spawn(program, [...args, folder, '--json', '--no-watch'], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const exited = once(npm, 'exit')
    t.after(() => endGroup(npm.pid ?? 0))
    const gateway = await gatewayOf(createInterface({ input: npm.stdout }))
    const serves = () =>
      fetch(`${gateway}/status-0123456789abcdef`).then(
        ({ ok }) => ok,
        () => false,
      )
    assert.equal(await serves(), true)
    npm.kill('SIGTERM')
    await exited
    await until(
      async () => !(await serves()),
      () => 'npm has ended, and the gateway serves on',
    )
  })

async function gatewayOf(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) if (line.includes('"event":"ready"')) return (JSON.parse(line) as { gateway: string }).gateway // the command's documented line
  throw new Error('npm start ended before it was ready')
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // nobody is left in it
  }
}
