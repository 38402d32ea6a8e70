import type { KafkaSettings } from '../../../catalog/settings.ts'
import type { ExportSink } from '../export-sink.ts'
import { inHalves } from '../in-halves.ts'
import type { ExportedRecord } from '../read-trail.ts'
import { produce } from './broker-calls.ts'
import { crc32c } from './crc32c.ts'
import { KafkaCluster } from './kafka-cluster.ts'
import { recordBatch } from './record-batch.ts'
import { errorCodes, KafkaRefused } from './refusals.ts'

/** A broker takes batches of one megabyte (`max.message.bytes`) unless it was told otherwise; what surrounds the texts stays below the rest. */
const limits = { records: 1000, bytes: 512 * 1024 }
/**
 * Bytes of a batch; a larger one is not even tried. Azure Event Hubs closes the connection at 1,046,528 bytes without a word, which an outage would look
 * like, for ever. The number is its `max.request.size` ("Apache Kafka client configurations for Azure Event Hubs").
 */
const largestBatch = 1_000_000

/**
 * A topic of Kafka, or of what speaks its protocol. Each record is a message; all of a writer have its name as their key, lie in one partition and
 * arrive in order, since the next batch is sent when all copies have the one before.
 */
export function kafkaSink(settings: KafkaSettings, now: () => number): ExportSink {
  const cluster = new KafkaCluster(settings, now)
  const [first] = settings.brokers
  const append = async (records: readonly ExportedRecord[], signal: AbortSignal) => {
    const key = Buffer.from(writerOf(records), 'utf8')
    // the time of sending: brokers remove by it, and what waited out a long outage must not be removed on arrival
    const batch = recordBatch(
      records.map(record => messageOf(record, key)),
      now(),
    )
    if (batch.length > largestBatch) throw new KafkaRefused(errorCodes.tooLarge, settings.topic)
    const leaders = await cluster.leaders(signal)
    const partition = crc32c(key) % leaders.length
    const leader = leaders[partition]
    if (leader === undefined) throw new KafkaRefused(errorCodes.noLeader, settings.topic)
    await produce(await cluster.link(leader, signal), settings.topic, partition, batch)
  }
  const attempt = async (records: readonly ExportedRecord[], signal: AbortSignal): Promise<'arrived' | 'too large'> => {
    try {
      await append(records, signal)
      return 'arrived'
    } catch (error) {
      if (isTooLarge(error)) return 'too large'
      throw error
    }
  }
  /** Tries once more where a connection may have been closed while idle, or a partition have moved: no outage that is worth a word. */
  const deliver = async (records: readonly ExportedRecord[], signal: AbortSignal) => {
    const hadKept = cluster.isKept
    try {
      return await attempt(records, signal)
    } catch (error) {
      cluster.forget()
      if (!hadKept || signal.aborted) throw error
      return await attempt(records, signal)
    }
  }
  return {
    kind: 'kafka',
    place: `${settings.topic} at ${first === undefined ? 'no broker' : `${first.host}:${first.port}`}`,
    limits,
    async send(records, signal) {
      signal.throwIfAborted()
      const stop = () => cluster.forget()
      signal.addEventListener('abort', stop, { once: true })
      try {
        return await inHalves(records, part => deliver(part, signal))
      } catch (error) {
        cluster.forget()
        throw error
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
    async close() {
      cluster.forget()
    },
  }
}

const messageOf = ({ id, text }: ExportedRecord, key: Buffer) => ({
  key,
  value: Buffer.from(text, 'utf8'),
  headers: [['auditId', id]] as const,
})

/** An id is `WRITER/NUMBER`, and a batch is of one writer. */
function writerOf([first]: readonly ExportedRecord[]): string {
  return first?.id.slice(0, first.id.lastIndexOf('/')) ?? ''
}

function isTooLarge(error: unknown): boolean {
  return error instanceof KafkaRefused && (error.code === errorCodes.tooLarge || error.code === errorCodes.listTooLarge)
}
