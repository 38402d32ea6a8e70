import type { Ports } from '../../policies/ports.ts'
import type { Call } from './call.ts'

/** What policies left to be done once the answer is out. They run what authors wrote, too: what one throws is logged, and ends neither the call nor the thread. */
export function runFinalizers(call: Call, log: Ports['log']): void {
  for (const finalizer of call.finalizers)
    try {
      finalizer(call)
    } catch (error) {
      log({
        severity: 'error',
        source: 'gateway',
        message: `after the answer: ${error instanceof Error ? error.message : String(error)}`,
        requestId: call.requestId,
      })
    }
}
