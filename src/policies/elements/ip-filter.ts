import { BlockList, isIP } from 'node:net'
import type { CallContext } from '../context/call-context.ts'
import { definePolicy, element, many, value } from '../define-policy.ts'
import { next, refuse } from '../outcome.ts'
import { type Evaluator, isConstant } from '../values.ts'

interface Range {
  readonly from: Evaluator<string>
  readonly to: Evaluator<string>
}

/** Lets calls through, or turns them away, by the caller's address. An address that cannot be read matches nothing and lets nobody in. */
export const ipFilter = definePolicy({
  element: 'ip-filter',
  summary: "Allows or forbids calls by the caller's IP address or address range.",
  source: 'Restrict caller IPs',
  sections: ['inbound'],
  schema: {
    attributes: { action: value.choice(['allow', 'forbid']) },
    children: {
      address: many(value.string({ nonEmpty: true })),
      'address-range': many(
        element({ attributes: { from: value.string({ nonEmpty: true }), to: value.string({ nonEmpty: true }) } }),
      ),
    },
  },
  reasons: ['ip.not-allowed'],
  pagesDisagree: [
    'The page names single addresses, the AI gateway’s page of Microsoft Foundry writes `<address>10.0.0.0/24</address>`: a network is taken, with a warning.',
  ],
  compile({ attributes, children, position }, _ports, site) {
    const addresses = children.address
    const ranges = children['address-range'].map(({ attributes: { from, to } }) => ({ from, to }))
    if (addresses.length + ranges.length === 0) {
      site.fault(
        'policy.missing-child',
        '`ip-filter` needs at least one `address` or `address-range`',
        'add the addresses it is about',
        position,
      )
      return undefined
    }
    const constant = addresses.every(isConstant) && ranges.every(({ from, to }) => isConstant(from) && isConstant(to))
    const fixed = constant ? listOf(addresses.map(textNow), ranges.map(rangeNow)) : undefined
    if (typeof fixed === 'string') {
      site.fault(
        'policy.bad-value',
        `${fixed} is no IP address or range`,
        'write IPv4 or IPv6 addresses, a range from its lower to its higher end',
        position,
      )
      return undefined
    }
    const network = constant ? addresses.map(textNow).find(text => text.includes('/')) : undefined
    if (network !== undefined) {
      const mend = 'write <address-range from="…" to="…" />'
      site.warn('policy.network', `the reference knows no networks here: Azure may refuse ${network.trim()}`, mend, position)
    }
    return ctx => {
      const list =
        fixed ??
        listOf(
          addresses.map(one => one(ctx)),
          ranges.map(({ from, to }) => [from(ctx), to(ctx)] as const),
        )
      const address = ctx.request.ipAddress
      if (familyOf(address) === undefined) return unreadable(address)
      // a list that does not read lets nobody through, whichever action it serves
      const listed = typeof list !== 'string' && contains(list, address)
      const allowed = attributes.action(ctx) === 'allow' ? listed : typeof list !== 'string' && !listed
      if (ctx.tracer !== null) {
        const received = [`${address}: ${listed ? 'on the list' : 'not on the list'}`]
        const expected = [`${attributes.action(ctx)} those on the list`]
        ctx.tracer.compared(site.place, { subject: "caller's address", expected, received, holds: allowed })
      }
      return allowed ? next : refusal(address, listed)
    }
  },
})

const nowhere = undefined as unknown as CallContext // constants do not look at the call
const textNow = (evaluator: Evaluator<string>) => evaluator(nowhere)
const rangeNow = ({ from, to }: Range) => [from(nowhere), to(nowhere)] as const

/** The list, or the text that is no address. */
function listOf(addresses: readonly string[], ranges: readonly (readonly [string, string])[]): BlockList | string {
  const list = new BlockList()
  for (const text of addresses.map(one => one.trim())) {
    const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
    const family = familyOf(address)
    if (family === undefined || Number(bits ?? 0) > (family === 'ipv4' ? 32 : 128)) return text
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  for (const [from, to] of ranges.map(([a, b]) => [a.trim(), b.trim()] as const)) {
    const family = familyOf(from)
    if (family === undefined || familyOf(to) !== family) return `${from} to ${to}`
    try {
      list.addRange(from, to, family)
    } catch {
      return `${from} to ${to}` // the higher end comes first
    }
  }
  return list
}

function familyOf(text: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(text)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : undefined
}

function contains(list: BlockList, address: string): boolean {
  const family = familyOf(address)
  return family !== undefined && list.check(address, family)
}

function refusal(address: string, listed: boolean) {
  return refuse({
    reason: 'ip.not-allowed',
    statusCode: 403,
    message: 'Forbidden',
    errorReason: listed ? 'CallerIpBlocked' : 'CallerIpNotAllowed',
    errorMessage: listed
      ? 'Caller IP address is blocked. Access denied.'
      : `Caller IP address ${address} is not allowed. Access denied.`,
    expected: [listed ? 'an address that is not listed' : 'one of the addresses that are listed'],
    received: [address],
  })
}

function unreadable(address: string) {
  return refuse({
    reason: 'ip.not-allowed',
    statusCode: 403,
    message: 'Forbidden',
    errorReason: 'FailedToParseCallerIP',
    errorMessage: 'Failed to establish IP address for the caller. Access denied.',
    expected: ['an IP address'],
    received: [address === '' ? 'no address' : 'a text that is no address'],
  })
}
