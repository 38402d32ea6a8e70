import { isIPv4, isIPv6 } from 'node:net'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { fail } from '../../../types/exceptions.ts'
import { netType, type Ref, type Value } from '../../../types/values.ts'
import { badArgument, outOfRange, required } from '../errors/argument-errors.ts'

/** System.Net.IPAddress: 4 or 16 bytes in network order. */
export class IpAddress {
  readonly bytes: Uint8Array
  readonly scope: number

  constructor(bytes: Uint8Array, scope = 0) {
    this.bytes = bytes
    this.scope = scope
  }

  static of(...bytes: number[]): IpAddress {
    return new IpAddress(Uint8Array.from(bytes))
  }

  get isV6(): boolean {
    return this.bytes.length === 16
  }

  /** Eight groups of 16 bits. */
  get groups(): number[] {
    return Array.from({ length: 8 }, (_, i) => ((this.bytes[i * 2] ?? 0) << 8) | (this.bytes[i * 2 + 1] ?? 0))
  }

  /** ::ffff:a.b.c.d */
  get isMapped(): boolean {
    return this.isV6 && this.bytes.subarray(0, 10).every(byte => byte === 0) && this.bytes[10] === 255 && this.bytes[11] === 255
  }

  netToString(): string {
    if (!this.isV6) return this.bytes.join('.')
    return groupsText(this.groups, this.bytes) + (this.scope === 0 ? '' : `%${this.scope}`)
  }

  netEquals(other: Value): boolean {
    return other instanceof IpAddress && other.scope === this.scope && Buffer.compare(other.bytes, this.bytes) === 0
  }

  netHashCode(): number {
    return this.bytes.reduce((hash, byte) => (Math.imul(hash, 31) + byte) | 0, this.scope)
  }
}

/** RFC 5952's form: the longest run of zero groups as `::`, and the last four bytes in dots for embedded IPv4 addresses. */
function groupsText(groups: readonly number[], bytes: Uint8Array): string {
  const embeds = groups.slice(0, 5).every(group => group === 0) && (groups[5] === 0xffff || (groups[5] === 0 && groups[6] !== 0))
  const shown = embeds ? groups.slice(0, 6) : groups
  const [start, length] = longestZeroRun(shown)
  const hex = shown.map(group => group.toString(16))
  const tail = embeds ? [bytes.subarray(12).join('.')] : []
  if (length < 2) return [...hex, ...tail].join(':')
  return `${hex.slice(0, start).join(':')}::${[...hex.slice(start + length), ...tail].join(':')}`
}

function longestZeroRun(groups: readonly number[]): readonly [number, number] {
  let best: readonly [number, number] = [0, 0]
  for (let i = 0; i < groups.length; i++) {
    let length = 0
    while (groups[i + length] === 0) length++
    if (length > best[1]) best = [i, length]
    i += length
  }
  return best
}

/** Parses what IPAddress.Parse takes: dotted or shortened IPv4 (decimal, 0x or octal parts) and IPv6. */
export function readIpAddress(text: string): IpAddress | undefined {
  return text.includes(':') ? readV6(text) : readV4(text)
}

function readV4(text: string): IpAddress | undefined {
  const parts = text.split('.')
  if (parts.length > 4) return undefined
  const values = parts.map(part =>
    /^(?:0x[0-9a-f]+|0[0-7]*|[1-9][0-9]*)$/i.test(part)
      ? Number(/^0[0-7]+$/.test(part) ? `0o${part.slice(1)}` : part)
      : Number.NaN,
  )
  const last = values.pop() ?? Number.NaN
  if (values.some(value => !(value <= 255)) || !(last < 256 ** (4 - values.length))) return undefined
  const size = 4 - values.length
  return IpAddress.of(...values, ...Array.from({ length: size }, (_, i) => Math.floor(last / 256 ** (size - 1 - i)) % 256))
}

function readV6(text: string): IpAddress | undefined {
  const [address = '', zone] = text
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/\/\d+$/, '')
    .split('%')
  if (!isIPv6(address) || (zone !== undefined && !/^\d+$/.test(zone))) return undefined
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  const inner = dotted?.[2] !== undefined && isIPv4(dotted[2]) ? dotted[2].split('.').map(Number) : undefined
  const embedded = inner?.map(byte => byte.toString(16).padStart(2, '0')).join('')
  const plain = embedded === undefined ? address : `${dotted?.[1]}${embedded.slice(0, 4)}:${embedded.slice(4)}`
  const [head = '', tail] = plain.split('::')
  const split = (part: string) => (part === '' ? [] : part.split(':'))
  const [before, after] = [split(head), split(tail ?? '')]
  const middle = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0')
  const groups = [...before, ...middle, ...after].map(group => Number.parseInt(group, 16))
  return new IpAddress(Uint8Array.from(groups.flatMap(group => [group >> 8, group & 255])), Number(zone ?? 0))
}

function parse(text: string | null): IpAddress {
  return readIpAddress(required(text, 'ipString')) ?? fail('System.FormatException', 'An invalid IP address was specified.')
}

function fromBytes(bytes: Uint8Array | null, scope = 0n): IpAddress {
  const given = required(bytes, 'address')
  if (given.length !== 4 && given.length !== 16) return badArgument('An invalid IP address was specified.', 'address')
  return new IpAddress(given.slice(), Number(scope))
}

/** The bytes of a number that holds an IPv4 address, the first byte lowest. */
function fromNumber(value: bigint): IpAddress {
  if (value < 0n || value > 0xffffffffn) return outOfRange('newAddress')
  const size = Number(value)
  return IpAddress.of(size & 255, (size >>> 8) & 255, (size >>> 16) & 255, size >>> 24)
}

function toNumber(self: IpAddress): bigint {
  if (self.isV6)
    return fail(
      'System.Net.Sockets.SocketException',
      'The attempted operation is not supported for the type of object referenced.',
    )
  return BigInt(new DataView(self.bytes.buffer, self.bytes.byteOffset).getUint32(0, true))
}

const v6 = (...low: number[]) => IpAddress.of(...Array.from({ length: 16 - low.length }, () => 0), ...low)
const mapped = (self: IpAddress) => (self.isV6 ? self : v6(255, 255, ...self.bytes))

const addressFamily = defineType('enum System.Net.Sockets.AddressFamily', {
  'const AddressFamily Unspecified': { constant: 0 },
  'const AddressFamily InterNetwork': { constant: 2 },
  'const AddressFamily InterNetworkV6': { constant: 23 },
})

const swap = (bits: number) => (value: bigint | number) => {
  const bytes =
    BigInt.asUintN(bits, BigInt(value))
      .toString(16)
      .padStart(bits / 4, '0')
      .match(/../g) ?? []
  const swapped = BigInt.asIntN(bits, BigInt(`0x${bytes.reverse().join('')}`))
  return bits === 64 ? swapped : Number(swapped)
}

export const ipAddressType: DefinedType = defineType('class System.Net.IPAddress', {
  'new(byte[] address)': (bytes: Uint8Array | null) => fromBytes(bytes),
  'new(byte[] address, long scopeid)': fromBytes,
  'new(long newAddress)': fromNumber,
  'static IPAddress Parse(string ipString)': parse,
  'static bool TryParse(string ipString, out IPAddress address)': (text: string | null, result: Ref) => {
    const found = text === null ? undefined : readIpAddress(text)
    result.value = found ?? null
    return found !== undefined
  },
  'static readonly IPAddress Any { get; }': () => IpAddress.of(0, 0, 0, 0),
  'static readonly IPAddress Broadcast { get; }': () => IpAddress.of(255, 255, 255, 255),
  'static readonly IPAddress Loopback { get; }': () => IpAddress.of(127, 0, 0, 1),
  'static readonly IPAddress None { get; }': () => IpAddress.of(255, 255, 255, 255),
  'static readonly IPAddress IPv6Any { get; }': () => v6(),
  'static readonly IPAddress IPv6Loopback { get; }': () => v6(1),
  'static readonly IPAddress IPv6None { get; }': () => v6(),
  'static bool IsLoopback(IPAddress address)': (address: IpAddress | null) => {
    const given = required(address, 'address')
    return given.isV6 ? given.netEquals(v6(1)) : given.bytes[0] === 127
  },
  'static int HostToNetworkOrder(int host)': swap(32),
  'static long HostToNetworkOrder(long host)': swap(64),
  'static short HostToNetworkOrder(short host)': swap(16),
  'static int NetworkToHostOrder(int network)': swap(32),
  'static long NetworkToHostOrder(long network)': swap(64),
  'static short NetworkToHostOrder(short network)': swap(16),
  'byte[] GetAddressBytes()': (self: IpAddress) => self.bytes.slice(),
  'System.Net.Sockets.AddressFamily AddressFamily { get; }': (self: IpAddress) => (self.isV6 ? 23 : 2),
  'long Address { get; }': toNumber,
  'long ScopeId { get; }': (self: IpAddress) => BigInt(self.scope),
  'bool IsIPv4MappedToIPv6 { get; }': (self: IpAddress) => self.isMapped,
  'bool IsIPv6LinkLocal { get; }': (self: IpAddress) => self.isV6 && ((self.groups[0] ?? 0) & 0xffc0) === 0xfe80,
  'bool IsIPv6Multicast { get; }': (self: IpAddress) => self.isV6 && self.bytes[0] === 0xff,
  'bool IsIPv6SiteLocal { get; }': (self: IpAddress) => self.isV6 && ((self.groups[0] ?? 0) & 0xffc0) === 0xfec0,
  'bool IsIPv6Teredo { get; }': (self: IpAddress) => self.isV6 && self.groups[0] === 0x2001 && self.groups[1] === 0,
  'IPAddress MapToIPv4()': (self: IpAddress) => (self.isV6 ? new IpAddress(self.bytes.slice(12)) : self),
  'IPAddress MapToIPv6()': mapped,
  'string ToString()': (self: IpAddress) => self.netToString(),
  'bool Equals(object comparand)': (self: IpAddress, other: Value) => self.netEquals(other),
  'int GetHashCode()': (self: IpAddress) => self.netHashCode(),
})

Object.defineProperty(IpAddress.prototype, netType, { value: ipAddressType.of() })

export const ipTypes: readonly DefinedType[] = [addressFamily, ipAddressType]
