import { BlockList, isIP } from 'node:net'

export interface TrustedPeers {
  has(address: string): boolean
}

/** The proxies in front whose `X-Forwarded-For` is believed: addresses and CIDR ranges. What is neither was refused when the workspace was read. */
export function trustedPeers(proxies: readonly string[]): TrustedPeers {
  const list = new BlockList()
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (isIP(address) === 0) continue
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  const isEmpty = proxies.length === 0
  return { has: address => !isEmpty && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') }
}

/**
 * The caller's address: the peer's own, or what trusted proxies say, read from the right: the first address that is no trusted proxy's. What
 * stands further left anybody could have written.
 */
export function callerAddress(peer: string, forwardedFor: string | null, trusted: TrustedPeers): string {
  if (forwardedFor === null || !trusted.has(peer)) return peer
  const hops = forwardedFor.split(',').map(hop => hop.trim())
  for (let i = hops.length - 1; i >= 0; i--) {
    const hop = hops[i] ?? ''
    if (isIP(hop) === 0) return peer
    if (!trusted.has(hop)) return hop
  }
  return hops[0] ?? peer
}
