import { isIP } from 'node:net'
import type { HostPort } from '../catalog/settings.ts'

/**
 * Reads where to listen: `host:port`, `[IPv6]:port`, or a port alone, which means loopback. Undefined for anything else:
 * an empty host, for instance, would mean "everywhere" to the system, and nobody should say that by accident.
 */
export function parseHostPort(raw: string): HostPort | undefined {
  const parts = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):)?([0-9]{1,5})$/.exec(raw.trim())
  if (parts === null) return undefined
  const [, ipv6, name, digits] = parts
  const port = Number(digits)
  if (port > 65_535 || (ipv6 !== undefined && isIP(ipv6) !== 6)) return undefined
  return { host: ipv6 ?? name ?? '127.0.0.1', port }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
