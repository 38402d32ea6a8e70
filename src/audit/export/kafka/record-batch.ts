import { crc32c } from './crc32c.ts'
import { WireWriter } from './wire.ts'

export interface KafkaRecord {
  readonly key: Buffer
  readonly value: Buffer
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** `magic`: the form of batches since Kafka 0.11. */
const version = 2
/** Of the leader, filled in by it. */
const unknownEpoch = -1
/** Neither idempotent nor in a transaction. */
const noProducer = { id: -1n, epoch: -1, sequence: -1 }

/**
 * A batch in clear, all records of one time (milliseconds since 1970).
 * Source: Kafka documentation, "Message Format", "Record Batch" and "Record".
 */
export function recordBatch(records: readonly KafkaRecord[], time: number): Buffer {
  const checked = new WireWriter()
    .int16(0) // attributes: no compression, the producer's time
    .int32(records.length - 1) // lastOffsetDelta
    .int64(BigInt(time)) // baseTimestamp
    .int64(BigInt(time)) // maxTimestamp
    .int64(noProducer.id)
    .int16(noProducer.epoch)
    .int32(noProducer.sequence)
    .int32(records.length)
  for (const [at, record] of records.entries()) checked.varbytes(recordOf(record, at))
  const body = checked.end()
  const behindLength = new WireWriter().int32(unknownEpoch).int8(version).uint32(crc32c(body)).raw(body).end()
  return new WireWriter().int64(0n).bytes(behindLength).end()
}

function recordOf({ key, value, headers }: KafkaRecord, offsetDelta: number): Buffer {
  const record = new WireWriter()
    .int8(0) // attributes
    .varint(0) // timestampDelta
    .varint(offsetDelta)
    .varbytes(key)
    .varbytes(value)
    .varint(headers.length)
  for (const [name, text] of headers) record.varbytes(Buffer.from(name, 'utf8')).varbytes(Buffer.from(text, 'utf8'))
  return record.end()
}
