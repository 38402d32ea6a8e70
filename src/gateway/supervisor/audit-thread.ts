import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { AuditSigner } from '../../audit/audit-key.ts'
import type { FromTrail, ToTrail } from '../../audit/audit-queue.ts'
import { AuditWriter, writerName } from '../../audit/audit-writer.ts'
import type { ChainHead } from '../../audit/chain-head.ts'

/** What the thread is born with: where the trail lies, what signs it, and what the names of its writers begin with. */
export interface AuditThreadData {
  readonly folder: string
  readonly signer: AuditSigner
  readonly run: string
  readonly segmentBytes?: number | undefined
}

/** Write, under a name of its own, what comes through that port from that serving thread; or end, once all is written. */
export type ToAuditThread =
  | { readonly type: 'open'; readonly worker: number; readonly role: string; readonly port: MessagePort }
  | { readonly type: 'stop' }

export type FromAuditThread =
  /** A segment was begun for that serving thread. */
  | { readonly type: 'segment'; readonly name: string; readonly worker: number }
  /** Its chain there goes so far, signed and on the disk. */
  | { readonly type: 'head'; readonly head: ChainHead }
  | { readonly type: 'log'; readonly severity: 'information' | 'error'; readonly message: string }

if (parentPort === null) throw new Error('this module is a worker thread')
const supervisor = parentPort
const data: AuditThreadData = workerData
const open = new Set<AuditWriter>()
const tell = (message: FromAuditThread) => supervisor.postMessage(message)

/** Milliseconds for which what serving threads hand over waits: they gathered it for a while already. */
const interval = 5

function openWriter({ worker, role, port }: Extract<ToAuditThread, { type: 'open' }>): void {
  const answer = (message: FromTrail) => port.postMessage(message)
  let waiting = 0
  const writer = new AuditWriter({
    folder: data.folder,
    writer: writerName(role, data.run),
    signer: data.signer,
    interval,
    ...(data.segmentBytes === undefined ? {} : { maxSegmentBytes: data.segmentBytes }),
    onWritten(left) {
      if (left < waiting) answer({ written: waiting - left })
      waiting = left
    },
    onSegment: name => tell({ type: 'segment', name, worker }),
    onCheckpoint: head => tell({ type: 'head', head }),
    onTrouble: ({ failing, message }) => tell({ type: 'log', severity: failing ? 'error' : 'information', message }),
  })
  open.add(writer)
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= writer.close().finally(() => open.delete(writer))
    return closed
  }
  port.on('message', (message: ToTrail) => {
    if (message === 'close') void close().then(() => answer('closed'))
    else {
      waiting += message.count
      writer.writeTexts(message.bytes)
    }
  })
  port.once('close', () => void close()) // a serving thread that died says nothing more
}

async function stop(): Promise<void> {
  await Promise.all([...open].map(writer => writer.close()))
  process.exit() // of this thread: no way into the trail may keep it
}

supervisor.on('message', (message: ToAuditThread) => {
  if (message.type === 'open') openWriter(message)
  else void stop()
})
