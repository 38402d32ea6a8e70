import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crc32c } from './crc32c.ts'
import { recordBatch } from './record-batch.ts'
import { UnreadableAnswer, WireReader, WireWriter } from './wire.ts'

test('CRC-32C is what RFC 3720 B.4 gives', () => {
  assert.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa)
  assert.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43)
  assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
})

test('a variable number is zigzag in groups of seven bits', () => {
  const hex = (value: number) => new WireWriter().varint(value).end().toString('hex')
  const numbers = [0, -1, 1, 63, 64, 300, 2_147_483_647, -2_147_483_648]
  assert.deepEqual(numbers.map(hex), ['00', '01', '02', '7e', '8001', 'd804', 'feffffff0f', 'ffffffff0f'])
})

test('an answer that ends too early, or counts more than it holds, is unreadable', () => {
  const read = (bytes: number[], how: (from: WireReader) => unknown) => () => how(new WireReader(Buffer.from(bytes)))
  assert.throws(
    read([0, 0, 0], from => from.int32()),
    UnreadableAnswer,
  )
  assert.throws(
    read([0, 9, 65], from => from.string()),
    UnreadableAnswer,
  )
  assert.throws(
    read([0x7f, 0xff, 0xff, 0xff, 0], from => from.array(() => from.int16())),
    UnreadableAnswer,
  )
  assert.equal(read([0xff, 0xff], from => from.nullableString())(), null)
  assert.deepEqual(read([0xff, 0xff, 0xff, 0xff], from => from.array(() => from.int16()))(), [])
})

test('a batch says its length, its checksum and how many records it has', () => {
  const record = { key: Buffer.from('w'), value: Buffer.from('{}'), headers: [['auditId', 'w/1']] as const }
  const batch = recordBatch([record, record], 1_700_000_000_000)
  assert.equal(batch.readInt32BE(8), batch.length - 12)
  assert.equal(batch.readInt8(16), 2)
  assert.equal(batch.readUInt32BE(17), crc32c(batch.subarray(21)))
  assert.deepEqual([batch.readInt32BE(23), batch.readInt32BE(57)], [1, 2])
  const first = batch.subarray(61, 61 + 1 + batch.readInt8(61) / 2)
  assert.equal(first.toString('latin1', 1), '\0\0\0\x02w\x04{}\x02\x0eauditId\x06w/1')
})
