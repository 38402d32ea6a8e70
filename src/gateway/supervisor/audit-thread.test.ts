import assert from 'node:assert/strict'
import { createPublicKey, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import { openAuditKey } from '../../audit/audit-key.ts'
import { AuditQueue } from '../../audit/audit-queue.ts'
import { madeRecord } from '../../audit/testing/made-record.ts'
import { verifyAudit } from '../../audit/verify-audit.ts'
import type { FromAuditThread } from './audit-thread.ts'
import { AuditThreadHandle } from './audit-thread-handle.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gatehouse-audit-thread-'))
})
afterEach(() => rmSync(root, { recursive: true }))

/** What is told comes one by one. */
class Notices {
  readonly #told: FromAuditThread[] = []
  #more = Promise.withResolvers<void>()

  readonly add = (notice: FromAuditThread): void => {
    this.#told.push(notice)
    this.#more.resolve()
    this.#more = Promise.withResolvers()
  }

  async next(type: FromAuditThread['type']): Promise<FromAuditThread> {
    for (;;) {
      const at = this.#told.findIndex(notice => notice.type === type)
      const [found] = at < 0 ? [] : this.#told.splice(at, 1)
      if (found !== undefined) return found
      await this.#more.promise
    }
  }
}

/** The run's name, which the channel that ends its thread bears too. */
const run = `run-${randomUUID()}`

function startThread(notices: Notices, onReplaced: () => void): AuditThreadHandle {
  const module = new URL('testing/mortal-audit-thread.ts', import.meta.url)
  const data = { folder: join(root, 'audit'), signer: openAuditKey(root), run }
  return new AuditThreadHandle({ data, module, onNotice: notices.add, onReplaced })
}

function endThread(): void {
  const channel = new BroadcastChannel(run)
  channel.postMessage('now')
  channel.close()
}

const neverReplaced = () => assert.fail('no thread died')

interface Line {
  readonly requestId?: string
  readonly lostBefore?: number
  readonly checkpoint?: { readonly ends?: string }
}

/** What the trail holds, writer by writer. */
const lines = (): Line[] =>
  readdirSync(join(root, 'audit'))
    .toSorted()
    .flatMap(name =>
      readFileSync(join(root, 'audit', name), 'utf8')
        .trimEnd()
        .split('\n'),
    )
    .map(line => JSON.parse(line).record)
const numbers = () => lines().flatMap(({ requestId }) => (requestId === undefined ? [] : [Number(requestId.slice(-12))]))
const verdict = () => verifyAudit(join(root, 'audit'), createPublicKey(openAuditKey(root).privateKey))

test('what serving threads hand over is written, each thread with a chain of its own', async () => {
  const notices = new Notices()
  const thread = startThread(notices, neverReplaced)
  const queues = [0, 1].map(worker => new AuditQueue(thread.connect(worker)))
  for (let i = 0; i < 1000; i++) queues[i % 2]?.write(madeRecord(i))
  await Promise.all(queues.map(queue => queue.close()))
  assert.deepEqual(
    queues.map(({ waiting, lost }) => [waiting, lost]),
    [
      [0, 0],
      [0, 0],
    ],
  )
  const begun = [await notices.next('segment'), await notices.next('segment')]
  assert.deepEqual(begun.map(notice => notice.type === 'segment' && notice.worker).toSorted(), [0, 1])
  await thread.stop()
  assert.deepEqual(
    numbers().toSorted((a, b) => a - b),
    Array.from({ length: 1000 }, (_, i) => i),
  )
  assert.equal(lines().filter(({ checkpoint }) => checkpoint?.ends === 'writer').length, 2)
  assert.deepEqual(
    (await verdict()).faults.filter(({ message }) => !/main chain/.test(message)),
    [],
  )
})

test('of a serving thread that ends without a word, what it handed over is written, and its chain ended', async () => {
  const notices = new Notices()
  const thread = startThread(notices, neverReplaced)
  const port = thread.connect(0)
  const queue = new AuditQueue(port, { interval: 1 })
  queue.write(madeRecord(1))
  await notices.next('segment')
  port.close()
  await once(port, 'close')
  await thread.stop()
  assert.deepEqual(numbers(), [1])
  assert.equal(lines().at(-1)?.checkpoint?.ends, 'writer')
})

test('a thread that dies is replaced: what nobody can vouch for counts as lost, and what comes then is written', async () => {
  const notices = new Notices()
  const replaced = Promise.withResolvers<void>()
  const thread = startThread(notices, replaced.resolve)
  const queue = new AuditQueue(thread.connect(0), { interval: 1 })
  queue.write(madeRecord(1))
  await notices.next('segment')
  endThread()
  const said = await notices.next('log')
  assert.match(said.type === 'log' ? said.message : '', /the thread that writes the audit trail ended: Error: made to die/)
  await replaced.promise
  queue.connect(thread.connect(0))
  for (let i = 2; i < 200; i++) queue.write(madeRecord(i))
  await queue.close()
  await thread.stop()
  assert.deepEqual(
    numbers(),
    Array.from({ length: 199 }, (_, i) => i + 1),
  )
  assert.ok((lines().find(({ requestId }) => requestId === madeRecord(2).requestId)?.lostBefore ?? 0) <= 1)
})

test('while no thread writes the trail, records wait, and what is too much is counted', async () => {
  const { port1, port2 } = new MessageChannel()
  const queue = new AuditQueue(port1, { maxQueue: 100, interval: 1 })
  port2.close()
  await once(port1, 'close')
  for (let i = 0; i < 103; i++) queue.write(madeRecord(i))
  assert.deepEqual([queue.waiting, queue.isFull, queue.lost], [100, true, 3])
  const thread = startThread(new Notices(), neverReplaced)
  queue.connect(thread.connect(0))
  await queue.close()
  assert.equal(queue.isFull, false)
  await thread.stop()
  assert.deepEqual(
    numbers(),
    Array.from({ length: 100 }, (_, i) => i),
  )
})

test('what was handed over when the thread died counts as lost, and the next record says so', async () => {
  const silent = new MessageChannel()
  const queue = new AuditQueue(silent.port1, { maxQueue: 100, interval: 1 })
  for (let i = 0; i < 10; i++) queue.write(madeRecord(i))
  await once(silent.port2, 'message')
  silent.port2.close()
  await once(silent.port1, 'close')
  assert.deepEqual([queue.waiting, queue.lost], [0, 10])
  const thread = startThread(new Notices(), neverReplaced)
  queue.connect(thread.connect(0))
  queue.write(madeRecord(10))
  await queue.close()
  await thread.stop()
  assert.deepEqual(
    lines().flatMap(({ requestId, lostBefore }) => (requestId === undefined ? [] : [[requestId, lostBefore]])),
    [[madeRecord(10).requestId, 10]],
  )
})
