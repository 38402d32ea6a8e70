import { once } from 'node:events'
import { createServer } from 'node:net'
import type { HostPort } from '../../catalog/settings.ts'

/** SO_REUSEPORT spreads connections over threads on these systems only (Node's net.Server documentation, `reusePort`). */
export const canShareAPort = ['linux', 'freebsd'].includes(process.platform)

/** Rejects for an address that cannot be had. Ports that are shared could be shared with another process by accident; so it is tried alone first. */
export async function refuseTakenAddress({ host, port }: HostPort): Promise<void> {
  if (port === 0) return
  const probe = createServer()
  probe.listen({ host, port, exclusive: true })
  await once(probe, 'listening')
  const closed = once(probe, 'close')
  probe.close()
  await closed
}
