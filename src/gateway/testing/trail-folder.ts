import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAuditPublicKey } from '../../audit/audit-key.ts'
import { AuditWriter, writerName } from '../../audit/audit-writer.ts'
import { chainStart } from '../../audit/chain.ts'
import { parseHead } from '../../audit/chain-head.ts'
import { chainedLine } from '../../audit/testing/chained-line.ts'
import { madeRecord } from '../../audit/testing/made-record.ts'
import { type AuditVerdict, verifyAudit } from '../../audit/verify-audit.ts'
import type { AuditSettings } from '../../catalog/settings.ts'
import { AuditTrail } from '../supervisor/audit-trail.ts'

/** A gateway as the trail knows it: its main chain, and the chains of two threads. */
export class TrailProcess {
  readonly trail: AuditTrail
  readonly threads: readonly AuditWriter[]

  constructor(state: string, settings: AuditSettings, log: (message: string) => void) {
    this.trail = new AuditTrail({ state, settings, log })
    const { folder, signer, run } = this.trail
    this.threads = [1, 2].map(
      thread =>
        new AuditWriter({
          folder,
          signer,
          writer: writerName(thread, run),
          maxSegmentBytes: 20_000,
          checkpointRecords: 20,
          onSegment: segment => this.trail.event('audit.segment', { segment }),
          onCheckpoint: head => this.trail.told(head),
        }),
    )
  }

  async calls(count: number): Promise<void> {
    for (let i = 0; i < count; i++)
      for (const thread of this.threads) {
        thread.write(madeRecord(i))
        await thread.flush()
      }
  }

  async stop(): Promise<void> {
    await Promise.all(this.threads.map(thread => thread.close()))
    await this.trail.close()
  }
}

const failing = (message: string) => assert.fail(message)

/** A state folder of its own, what gateways leave in its trail, and what somebody does to that. */
export class TrailFolder {
  readonly root = mkdtempSync(join(tmpdir(), 'gatehouse-trail-'))
  state = join(this.root, 'state')

  get audit(): string {
    return join(this.state, 'audit')
  }

  begin(settings: AuditSettings = { compress: false }, log: (message: string) => void = failing): TrailProcess {
    return new TrailProcess(this.state, settings, log)
  }

  /** Serves calls and stops in good order. */
  async run(settings?: AuditSettings, log?: (message: string) => void): Promise<TrailProcess> {
    const process = this.begin(settings, log)
    await process.calls(50)
    await process.stop()
    return process
  }

  files(part: string): readonly string[] {
    return readdirSync(this.audit)
      .filter(name => name.includes(part))
      .sort()
  }

  /** The last of them, with its folder. */
  fileOf(part: string): string {
    return join(this.audit, this.files(part).at(-1) ?? '')
  }

  removeAll(part: string): void {
    for (const name of this.files(part)) rmSync(join(this.audit, name), { recursive: true })
  }

  /** A chain that anybody can make who may write into the folder. */
  putIn(writer: string, record: object): void {
    writeFileSync(join(this.audit, `${writer}-000001.jsonl`), chainedLine(0, chainStart, JSON.stringify(record)).text)
  }

  verify(expected: readonly string[] = []): Promise<AuditVerdict> {
    return verifyAudit(this.audit, readAuditPublicKey(join(this.state, 'audit-key.pub.pem')), {
      expected: expected.flatMap(text => parseHead(text) ?? []),
      isRunning: () => false,
    })
  }

  async faults(expected?: readonly string[]): Promise<readonly string[]> {
    const { faults } = await this.verify(expected)
    return faults.map(({ file, line, message }) => `${file.slice(this.audit.length + 1)}:${line}: ${message}`)
  }

  remove(): void {
    rmSync(this.root, { recursive: true })
  }
}

export const linesOf = (path: string): readonly string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1)

/** Takes lines from the end of a file; answers how many are left. */
export function shorten(path: string, lines: number): number {
  const left = linesOf(path).slice(0, -lines)
  writeFileSync(path, left.map(line => `${line}\n`).join(''))
  return left.length
}
