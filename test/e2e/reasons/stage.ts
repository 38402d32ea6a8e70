import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { queryAudit } from '../../../src/audit/query-audit.ts'
import type { DecisionRecord } from '../../../src/audit/record.ts'
import type { Explanation } from '../../../src/explain/explanation.ts'
import { command } from '../../harness/command.ts'
import { type EchoBackend, startEchoBackend } from '../../harness/echo-backend.ts'
import { type Finished, type Running, startGatehouse } from '../../harness/gatehouse.ts'
import { temporaryWorkspace } from '../../harness/workspace.ts'

/** A workspace with a running gateway and a backend, and the commands that a person would ask about it. */
export interface Stage {
  readonly folder: string
  readonly gatehouse: Running
  readonly backend: EchoBackend
  /** Runs a command in this process, as `gatehouse` would. */
  command(args: readonly string[]): Promise<Finished>
  token(args: readonly string[]): Promise<string>
  explain(args: readonly string[]): Promise<Explanation>
  /** The record of that request id, once it is written. */
  record(requestId: string): Promise<DecisionRecord>
  /** The first record that fits, once it is written. */
  recordThat(fits: (record: DecisionRecord) => boolean): Promise<DecisionRecord>
  /** Writes files and resolves when the gateway serves by them. */
  change(files: Readonly<Record<string, string>>): Promise<void>
  stop(): Promise<void>
}

export interface StageOptions {
  readonly files: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Milliseconds for a record to be written, or a change to be in force. */
const patience = 15_000

export async function startStage({ files, args = [], env = {} }: StageOptions): Promise<Stage> {
  const backend = await startEchoBackend()
  const withAddress = (text: string) => text.replaceAll('BACKEND', backend.address)
  const workspace = await temporaryWorkspace(
    Object.fromEntries(Object.entries(files).map(([file, text]) => [file, withAddress(text)])),
  )
  const { folder } = workspace
  const own: Stage['command'] = ([name = '', ...rest]) => command([name, folder, ...rest], { env })
  const token = async (words: readonly string[]) => {
    const { code, stdout, stderr } = await own(['token', ...words])
    assert.equal(code, 0, stderr)
    return stdout.trim()
  }
  const leave = async () => {
    await Promise.all([backend.close(), workspace.remove()])
  }
  const gatehouse = await startGatehouse(folder, args, env).catch(async error => {
    const { stdout } = await own(['check'])
    await leave()
    throw new Error(`the workspace does not start:\n${stdout}`, { cause: error })
  })
  const recordThat: Stage['recordThat'] = async fits => {
    for (const end = Date.now() + patience; Date.now() < end; await pause(20))
      for await (const record of queryAudit(join(folder, '.gatehouse/audit'), {})) if (fits(record)) return record
    throw new Error(`no such record was written\n${gatehouse.log()}`)
  }
  let changes = 0
  return {
    folder,
    gatehouse,
    backend,
    command: own,
    token,
    recordThat,
    record: id => recordThat(({ requestId }) => requestId === id),
    async explain(words) {
      const { code, stdout, stderr } = await own(['explain', ...words, '--json'])
      assert.ok(code === 0 || code === 1, stderr)
      const explained = JSON.parse(stdout) as Explanation // the command's documented form
      assert.equal(code === 0, explained.verdict.passes)
      return explained
    },
    async change(files) {
      changes++
      // at once, so that the gateway sees one change
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, file)), { recursive: true })
        writeFileSync(join(folder, file), withAddress(text))
      }
      await gatehouse.logged(new RegExp(`(?:[^]*the change (?:is in force|has faults)){${changes}}`))
      assert.doesNotMatch(gatehouse.log(), /the change has faults/)
    },
    async stop() {
      await gatehouse.stop()
      await leave()
    },
  }
}
