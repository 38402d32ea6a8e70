import { openAuditKey } from '../audit-key.ts'
import { AuditWriter, writerName } from '../audit-writer.ts'

/**
 * A process for tests that kill it: `node write-until-killed.ts FOLDER STATE` writes records as fast as it can, in several segments, and prints the number of
 * each batch once the batch is written.
 */
const [folder = '', state = ''] = process.argv.slice(2)
const audit = new AuditWriter({
  folder,
  writer: writerName('test'),
  signer: openAuditKey(state),
  maxSegmentBytes: 20_000,
  checkpointRecords: 50,
})
for (let i = 0; ; i++) {
  const detail = { number: i, text: 'x'.repeat(i % 400) }
  audit.write({ event: 'gateway.started', time: new Date().toISOString(), detail })
  if (i % 7 === 6) {
    await audit.flush()
    process.stdout.write(`${i + 1}\n`)
  }
}
