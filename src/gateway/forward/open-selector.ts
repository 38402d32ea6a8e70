import { counted } from '../../catalog/counted.ts'
import type { Ports } from '../../policies/ports.ts'
import type { BackendStates } from '../counters/backend-states.ts'
import { BackendSelector } from './backend-selector.ts'
import type { ServedBackend } from './served-backend.ts'

/** The selector of one configuration, by the machine's clock; each breaker that opens is a line in the log. */
export function openSelector(
  backends: ReadonlyMap<string, ServedBackend>,
  states: BackendStates,
  log: Ports['log'],
): BackendSelector {
  return new BackendSelector({
    backends,
    states,
    now: Date.now,
    onTrip(backend, { rule, duration }) {
      const which = rule === '' ? '' : ` (${rule})`
      const message = `the circuit breaker of ${backend} opened for ${counted(Math.ceil(duration / 1000), 'second')}${which}`
      log({ severity: 'information', source: 'backend', message, requestId: '' })
    },
  })
}
