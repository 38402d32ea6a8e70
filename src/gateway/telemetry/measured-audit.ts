import { AuditWriter } from '../../audit/audit-writer.ts'
import type { Decided } from '../../audit/record.ts'

/** An audit trail whose records of calls are measured as they are written: calls themselves know nothing of metrics. */
export class MeasuredAudit extends AuditWriter {
  /** Told of each record of a call. */
  onCall: (record: Decided) => void = () => {}
  #lostInAll = 0

  /** Records lost since the start. */
  get lostInAll(): number {
    return this.#lostInAll
  }

  override write(record: Parameters<AuditWriter['write']>[0]): void {
    if (this.isFull) this.#lostInAll++
    super.write(record)
    if ('decision' in record) this.onCall(record)
  }
}
