import { type FuzzCase, Random } from './random.ts'

/** Encodings, base 64, Convert, BitConverter, URIs, hashes, ciphers, GUIDs, made from a seed: what policies do with bytes and addresses. */
export function generateServices(seed: number, count: number): FuzzCase[] {
  const random = new Random(seed)
  return Array.from({ length: count }, (_, i) => ({ id: `services-${seed}-${i}`, expression: random.pick(forms)(random) }))
}

const guarded = (body: string) => `@{ try { return ${body}; } catch (Exception e) { return e.GetType().Name; } }`
const quoted = (text: string) => JSON.stringify(text)
const run = (random: Random, most: number, make: () => string) => Array.from({ length: random.below(most + 1) }, make).join('')

const pieces = [
  'a',
  'B',
  '0',
  ' ',
  'é',
  '€',
  '/',
  '+',
  '=',
  '&',
  '?',
  '#',
  '%',
  '%41',
  '%e9',
  '%zz',
  '"',
  "'",
  '<',
  '~',
  '.',
  '-',
  '_',
  '\t',
  '\\',
  ':',
  '@',
  ';',
  '!',
  '*',
  '(',
  '|',
]
const text = (random: Random) => quoted(run(random, 9, () => random.pick(pieces)))
const bytes = (random: Random) =>
  `new byte[] { ${Array.from({ length: random.below(20) }, () => random.pick([0, 1, 65, 127, 128, 194, 169, 226, 130, 172, 240, 159, 255, random.below(256)])).join(', ')} }`
const encodings = [
  'UTF8',
  'ASCII',
  'Unicode',
  'BigEndianUnicode',
  'UTF32',
  'GetEncoding("iso-8859-1")',
  'GetEncoding("utf-8")',
  'UTF7',
]
const encoding = (random: Random) => `Encoding.${random.pick(encodings.slice(0, -1))}`
const hex = (made: string) => `BitConverter.ToString(${made})`

const base64Text = (random: Random) =>
  quoted(
    Buffer.from(run(random, 9, () => random.pick(pieces)))
      .toString('base64')
      .replace(/=/g, () => random.pick(['=', '=', ''])) + random.pick(['', '', '', ' ', '=', 'A', '-', '\n', '_']),
  )

const integers = ['byte', 'short', 'int', 'long', 'sbyte', 'ushort', 'uint', 'ulong']
const toNames = [
  'Byte',
  'SByte',
  'Int16',
  'UInt16',
  'Int32',
  'UInt32',
  'Int64',
  'UInt64',
  'Double',
  'Single',
  'Decimal',
  'Boolean',
  'Char',
  'String',
  'DateTime',
]
const values = [
  '1',
  '-1',
  '255',
  '256',
  '65535L',
  '-129',
  '1.5',
  '2.5',
  '-0.5',
  '3.5m',
  '1e20',
  'true',
  "'7'",
  '"12"',
  '" 5 "',
  '"-3"',
  '"1.5"',
  '"true"',
  '"x"',
  '""',
  '(string)null',
  '(object)null',
  'double.NaN',
  'float.MaxValue',
  'long.MaxValue',
  'ulong.MaxValue',
  'int.MinValue',
  '(byte)9',
  '1.0f / 3',
  '"2020-01-02"',
  '"1e3"',
  '0.1m',
  '4294967295u',
  '"False "',
]
const digits = (random: Random) =>
  quoted(
    random.pick(['', '-', '0x', ' ']) +
      run(random, 10, () => random.pick([...'0123456789abcF'])) +
      random.pick(['', '', '', 'g', ' ']),
  )

const schemes = ['http', 'https', 'http', 'https', 'HTTP', 'ws']
const hosts = [
  'example.com',
  'EXAMPLE.com',
  'a',
  'localhost',
  '127.0.0.1',
  '[::1]',
  'user@h.com',
  'u:p@h.com',
  'a-b.com',
  'a_b.com',
  '1.2.3.4',
]
const ports = ['', '', ':80', ':443', ':8080', ':']
const parts = [
  'a',
  'b c',
  '..',
  '.',
  'é',
  '%20',
  '%2F',
  '%2f',
  '%zz',
  'c;d',
  "e'f",
  '',
  'G',
  '%41',
  'x|y',
  'i=j',
  '~',
  '{k}',
  '%7Bk%7D',
  '@',
  '+',
  '%c3%a9',
  '%3A',
  '%25',
  '^',
]

/** What mono's IRI rules and .NET Framework's agree on in the rarer members. */
const plainParts = ['a', 'b', '..', '.', 'c;d', "e'f", 'G', 'i=j', '~', 'x-y']
const plainPath = (random: Random) => run(random, 4, () => `/${random.pick(plainParts)}`)

const path = (random: Random) => run(random, 4, () => `/${random.pick(parts)}`)
const query = (random: Random) =>
  random.chance(0.5)
    ? ''
    : `?${run(random, 3, () => `${random.pick(parts)}=${random.pick(parts)}${random.pick(['&', '&', ';'])}`)}`
const fragment = (random: Random) => (random.chance(0.8) ? '' : `#${random.pick(parts)}`)

function address(random: Random): string {
  const scheme = random.pick(schemes)
  return `${scheme}://${random.pick(hosts)}${random.pick(ports)}${path(random)}${query(random)}${fragment(random)}`
}

const members = [
  'AbsoluteUri',
  'AbsolutePath',
  'LocalPath',
  'Query',
  'Fragment',
  'Host',
  'Port',
  'Scheme',
  'Authority',
  'PathAndQuery',
  'UserInfo',
  'OriginalString',
  'DnsSafeHost',
  'IsDefaultPort',
  'IsLoopback',
  'HostNameType',
  'IsAbsoluteUri',
  'ToString()',
  'GetLeftPart(UriPartial.Path)',
  'GetLeftPart(UriPartial.Authority)',
  'Segments.Length',
  'IsUnc',
  'IsFile',
]
const hashes = ['MD5', 'SHA1', 'SHA256', 'SHA384', 'SHA512']

function cipher(random: Random): string {
  const mode = random.pick(['CBC', 'ECB'])
  const padding = random.pick(['PKCS7', 'PKCS7', 'Zeros', 'None', 'ANSIX923'])
  const size = random.pick([16, 24, 32])
  const setup = `var a = Aes.Create(); a.Mode = CipherMode.${mode}; a.Padding = PaddingMode.${padding}; a.Key = Enumerable.Range(${random.below(9)}, ${size}).Select(i => (byte)i).ToArray(); a.IV = new byte[16];`
  const length = padding === 'None' ? 16 * random.below(3) : random.below(40)
  const input = `Enumerable.Range(0, ${length}).Select(i => (byte)(i * ${1 + random.below(9)})).ToArray()`
  const there = `var d = ${input}; var c = a.CreateEncryptor().TransformFinalBlock(d, 0, d.Length);`
  const back = `${there} c = a.CreateDecryptor().TransformFinalBlock(c, 0, c.Length);`
  return `@{ ${setup} ${random.pick([there, back])} return ${hex('c')}; }`
}

const guidText = (random: Random) => {
  const digitsOf = (length: number) => Array.from({ length }, () => random.pick([...'0123456789abcdefABC'])).join('')
  const dashed = [8, 4, 4, 4, 12].map(digitsOf).join(random.pick(['-', '-', '-', '']))
  return quoted(random.pick(['', '{', '(', ' ']) + dashed + random.pick(['', '}', ')', ' ', 'x']))
}

const forms: readonly ((random: Random) => string)[] = [
  r => `@(${hex(`${encoding(r)}.GetBytes(${text(r)})`)})`,
  r => guarded(`${encoding(r)}.GetString(${bytes(r)})`),
  r => guarded(`${encoding(r)}.GetByteCount(${text(r)}) + "," + ${encoding(r)}.GetCharCount(${bytes(r)})`),
  r => `@(Convert.ToBase64String(${bytes(r)}${r.pick(['', ', Base64FormattingOptions.InsertLineBreaks'])}))`,
  r => guarded(hex(`Convert.FromBase64String(${base64Text(r)})`)),
  r => guarded(`Convert.To${r.pick(toNames)}(${r.pick(values)}).ToString()`),
  r => guarded(`Convert.ChangeType(${r.pick(values)}, typeof(${r.pick([...integers, 'double', 'decimal', 'string', 'bool'])}))`),
  r =>
    guarded(
      `Convert.To${r.pick(['Byte', 'Int16', 'Int32', 'Int64', 'UInt32', 'UInt64', 'SByte'])}(${digits(r)}, ${r.pick([2, 8, 10, 16])})`,
    ),
  r =>
    `@(Convert.ToString((${r.pick(['byte', 'short', 'int', 'long'])})${r.below(300)} * ${r.pick([1, 1, 1000])}, ${r.pick([2, 8, 10, 16])}))`,
  r => `@(Convert.ToString(${-r.below(70000)}, ${r.pick([2, 8, 10, 16])}))`,
  r =>
    guarded(
      `BitConverter.To${r.pick(['Int16', 'UInt16', 'Int32', 'UInt32', 'Int64', 'UInt64', 'Double', 'Single', 'Boolean', 'Char'])}(${bytes(r)}, ${r.below(5)}).ToString()`,
    ),
  r =>
    `@(${hex(`BitConverter.GetBytes(${r.pick(['1', '-1', '1.5', '2L', 'true', "'x'", '1.5f', '(short)7', 'ulong.MaxValue'])})`)})`,
  r => guarded(`new Uri(${quoted(address(r))}).${r.pick(members)}`),
  r => guarded(`new Uri(${quoted(address(r))}).${r.pick(members)}`),
  r => guarded(`new Uri(${quoted(address(r))}, UriKind.${r.pick(['Absolute', 'Relative', 'RelativeOrAbsolute'])}).ToString()`),
  r =>
    guarded(
      `new Uri(new Uri(${quoted(address(r))}), ${quoted(r.pick([`/a${path(r)}`, plainPath(r).slice(1) || 'x', `?a${path(r)}`, `#${plainPath(r)}`, `//${r.pick(hosts)}${path(r)}`, address(r)]))}).AbsoluteUri`,
    ),
  r =>
    guarded(
      `new Uri(${quoted(`http://h${plainPath(r)}`)}).MakeRelativeUri(new Uri(${quoted(`http://h${plainPath(r)}?q=1`)})).ToString()`,
    ),
  r =>
    guarded(
      `Uri.IsWellFormedUriString(${quoted(`${r.pick(schemes)}://${r.pick(hosts)}${plainPath(r)}${r.pick(['', '?a=b', ' ', '?a b', '#f', '%', '%41', '<'])}`)}, UriKind.${r.pick(['Absolute', 'RelativeOrAbsolute'])})`,
    ),
  r =>
    guarded(
      `new UriBuilder(${quoted(address(r))}) { ${r.pick(['Path = "x y"', 'Query = "q=1"', 'Port = 81', 'Host = "h"', 'Scheme = "https"', 'Fragment = "f"', 'Port = -1'])} }.ToString()`,
    ),
  r => `@(Uri.${r.pick(['EscapeDataString', 'EscapeUriString', 'UnescapeDataString'])}(${text(r)}))`,
  r => `@(WebUtility.${r.pick(['UrlEncode', 'UrlDecode', 'HtmlDecode'])}(${text(r)}))`,
  // beyond Latin-1 mono escapes what .NET Framework does not
  r => `@(WebUtility.HtmlEncode(${text(r)}.Replace("€", "")))`,
  r =>
    `@(WebUtility.HtmlDecode(${quoted(run(r, 5, () => r.pick(['&amp;', '&lt;', '&#65;', '&#x41;', '&eacute;', '&nope;', '&', ';', 'x', '&#99999999;', '&nbsp;'])))}))`,
  r => `@(${hex(`${r.pick(hashes)}.Create().ComputeHash(Encoding.UTF8.GetBytes(${text(r)}))`)})`,
  r => `@(${hex(`new HMAC${r.pick(hashes)}(${bytes(r)}).ComputeHash(${bytes(r)})`)})`,
  cipher,
  r => guarded(`Guid.Parse(${guidText(r)}).ToString("${r.pick(['', 'N', 'D', 'B', 'P', 'X', 'n', 'z'])}")`),
  r => guarded(`new Guid(${bytes(r)}).ToString()`),
  r =>
    guarded(
      `Version.Parse(${quoted(r.pick(['1.2', '1.2.3.4', '1', '1.2.3.4.5', '-1.0', '1.x', ' 1.2 ', '1..2', '10.20.30']))}).CompareTo(new Version(1, 2, ${r.below(4)}))`,
    ),
  r =>
    guarded(
      `IPAddress.Parse(${quoted(r.pick(['1.2.3.4', '::1', '1.2.3', '256.1.1.1', 'fe80::1%2', '::ffff:1.2.3.4', 'x', '0x10.1.1.1', '1:2:3:4:5:6:7:8', '2001:DB8::']))}).ToString()`,
    ),
]
