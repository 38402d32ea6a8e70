import type { LogEntry } from '../gateway/supervisor/start-gateway.ts'
import { printable } from './printable.ts'

/** One line, whatever callers brought into it; only the calls that a defect came through have lines of their own, further in. */
export function logLine({ severity, source, message, requestId }: LogEntry, now: Date): string {
  const request = requestId === undefined || requestId === '' ? '' : ` (request ${requestId})`
  const text = `${now.toISOString()} ${severity} ${source}: ${message}${request}`
  return `${text
    .split(/\n(?= {4}at )/)
    .map(printable)
    .join('\n')}\n`
}
