import { type FuzzCase, Random as Source } from './random.ts'

/** Numbers, text, formats, dates and conversions, made from a seed: the same seed gives the same cases. */
export function generatePrimitives(seed: number, count: number): FuzzCase[] {
  const source = new Source(seed)
  const random = () => source.next()
  return Array.from({ length: count }, (_, i) => ({
    id: `primitives-${seed}-${i}`,
    expression: `@(${pick(random, forms)(random)})`,
  }))
}

type Random = () => number

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T // the index is inside
const whole = (random: Random, low: number, high: number) => low + Math.floor(random() * (high - low + 1))
const quoted = (text: string) => JSON.stringify(text)
const many = (random: Random, most: number, make: () => string) => Array.from({ length: whole(random, 0, most) }, make).join('')

function double(random: Random): string {
  const digits = String(whole(random, 1, 10 ** whole(random, 1, 9)))
  const text = `${pick(random, ['', '-'])}${digits}${pick(random, ['', '.5', '.25', '.125', '.001', '.999', '.45', '.005'])}`
  return `(${text}${pick(random, ['', '', '', 'e5', 'e-5', 'e15', 'e-12', 'e22'])}${text.includes('.') ? '' : 'd'})`.replace(
    /d\)$/,
    text.includes('.') ? ')' : 'd)',
  )
}

function decimal(random: Random): string {
  const fraction = many(random, 14, () => String(whole(random, 0, 9)))
  return `(${pick(random, ['', '-'])}${whole(random, 0, 10 ** whole(random, 0, 12))}${fraction === '' ? '' : `.${fraction}`}m)`
}

const integer = (random: Random) => `(${pick(random, ['', '-'])}${whole(random, 0, 10 ** whole(random, 1, 9))})`
const number = (random: Random) => pick(random, [double, decimal, integer])(random)

function numericFormat(random: Random): string {
  if (random() < 0.5)
    return pick(random, ['C', 'E', 'e', 'F', 'G', 'N', 'P']) + pick(random, ['', '0', '1', '2', '3', '5', '10', '15', '20'])
  const part = () => many(random, 7, () => pick(random, ['0', '0', '#', '#', ',', '.', '%', 'E+0', "'x'", '\\y', '-', ' ']))
  return pick(random, ['0', '#', '']) + part() + pick(random, ['', '', `;${part()}`, `;${part()};${part()}`])
}

const words = ['abc', 'ABC', 'Abc', '', ' ', 'a-b', "a'b", 'a,b;c', 'xyz', 'b', 'a b', 'aaa', '\t', 'é', '-', '_', '1', '10', '9']
const text = (random: Random) => quoted(pick(random, words) + pick(random, words))

function date(random: Random): string {
  const kind = pick(random, ['', ', DateTimeKind.Utc', ', DateTimeKind.Local'])
  const clock = `${whole(random, 0, 23)}, ${whole(random, 0, 59)}, ${whole(random, 0, 59)}, ${whole(random, 0, 999)}`
  return `new DateTime(${whole(random, 1, 9998)}, ${whole(random, 1, 12)}, ${whole(random, 1, 28)}, ${clock}${kind})`
}

function dateFormat(random: Random): string {
  if (random() < 0.3) return pick(random, [...'dDfFgGmMoOrRstTuyYz'])
  return many(random, 8, () =>
    pick(random, [
      'd',
      'dd',
      'ddd',
      'dddd',
      'M',
      'MM',
      'MMM',
      'MMMM',
      'y',
      'yy',
      'yyyy',
      'h',
      'hh',
      'H',
      'HH',
      'm',
      'mm',
      's',
      'ss',
      'f',
      'fff',
      'F',
      'FFF',
      't',
      'tt',
      'zzz',
      'K',
      ':',
      '/',
      '-',
      ' ',
      '.',
      "'at'",
      '\\x',
    ]),
  )
}

const span = (random: Random) =>
  `new TimeSpan(${whole(random, -30, 30)}, ${whole(random, -30, 30)}, ${whole(random, -70, 70)}, ${whole(random, -70, 70)}, ${whole(random, 0, 999)})`

const spanFormat = (random: Random) =>
  pick(random, [
    'c',
    'g',
    'G',
    many(random, 6, () => pick(random, ['d', 'dd', 'h', 'hh', 'm', 'mm', 's', 'ss', 'f', 'fff', 'F', '\\:', '\\.', "'x'"])),
  ])

const numberText = (random: Random) =>
  quoted(
    pick(random, ['', ' ', '-', '+', '(']) +
      whole(random, 0, 99999) +
      pick(random, ['', '.5', ',000', '.', 'e2', 'E-1', 'x', ' ', ')', '-']),
  )

const dateText = (random: Random) => {
  const [y, m, d] = [whole(random, 1990, 2030), whole(random, 1, 12), whole(random, 1, 29)]
  const two = (value: number) => String(value).padStart(2, '0')
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  const day = pick(random, [
    `${y}-${two(m)}-${two(d)}`,
    `${m}/${d}/${y}`,
    `${d} ${months[m - 1]} ${y}`,
    `${months[m - 1]} ${d}, ${y}`,
    `${y}/${m}/${d}`,
  ])
  const clock = pick(random, [
    '',
    ` ${whole(random, 0, 23)}:${two(whole(random, 0, 59))}`,
    ` ${two(whole(random, 0, 23))}:${two(whole(random, 0, 59))}:${two(whole(random, 0, 59))}.${whole(random, 0, 9999)}`,
  ])
  return quoted(day + clock + (clock === '' ? '' : pick(random, ['', 'Z', ' +02:00', '-05:30', ' PM', ' GMT'])))
}

const comparisons = ['Ordinal', 'OrdinalIgnoreCase', 'InvariantCulture', 'CurrentCultureIgnoreCase']

const spanText = (random: Random) => {
  const part = () => String(whole(random, 0, 70))
  const text = pick(random, [
    `${part()}:${part()}`,
    `${part()}.${part()}:${part()}`,
    `${part()}:${part()}:${part()}`,
    `${part()}:${part()}:${part()}.${part()}`,
    part(),
    `${part()}:${part()}:${part()}:${part()}`,
  ])
  return quoted(pick(random, ['', '', '-', ' ']) + text)
}

const exactFormats = [
  'yyyy-MM-dd',
  'MM/dd/yyyy HH:mm',
  'yyyyMMddHHmmss',
  'd MMM yyyy',
  'o',
  's',
  'r',
  'u',
  'dddd, dd MMMM yyyy h:mm tt',
  "yyyy-MM-dd'T'HH:mm:ss.fffK",
  'yy-M-d H:m:s',
]

function exactDate(random: Random): string {
  const [written, read] = [pick(random, exactFormats), pick(random, exactFormats)]
  const style = pick(random, ['None', 'AssumeUniversal', 'AdjustToUniversal', 'RoundtripKind', 'AllowWhiteSpaces'])
  const format = random() < 0.8 ? written : read
  return `DateTime.ParseExact(${date(random)}.ToString(${quoted(written)}), ${quoted(format)}, CultureInfo.InvariantCulture, DateTimeStyles.${style}).ToString("o")`
}

const charTests = [
  'IsLetter',
  'IsDigit',
  'IsLetterOrDigit',
  'IsPunctuation',
  'IsSymbol',
  'IsWhiteSpace',
  'IsUpper',
  'IsLower',
  'IsNumber',
  'IsSeparator',
  'IsControl',
]
// up to U+024F, where the Unicode versions of both sides agree but for three letters
const younger: ReadonlySet<number> = new Set([0x19b, 0x23f, 0x240])
function char(random: Random): string {
  const unit = whole(random, 0, 0x24f)
  return `(char)${younger.has(unit) ? 0x41 : unit}`
}

function builder(random: Random): string {
  const step = () =>
    pick(random, [
      () => `.Append(${pick(random, [number, text])(random)})`,
      () => `.Insert(${whole(random, 0, 5)}, ${quoted(pick(random, words))})`,
      () => `.Remove(${whole(random, 0, 3)}, ${whole(random, 0, 3)})`,
      () => `.Replace(${quoted(pick(random, words))}, ${quoted(pick(random, words))})`,
      () => `.AppendFormat("{0,${whole(random, -5, 5)}}", ${integer(random)})`,
    ])()
  return `new StringBuilder(${text(random)})${many(random, 4, step)}.ToString()`
}

const forms: readonly ((random: Random) => string)[] = [
  r => `${number(r)}.ToString(${quoted(numericFormat(r))})`,
  r => `${integer(r)}.ToString(${quoted(pick(r, ['D', 'X', 'x', 'N']) + pick(r, ['', '2', '5', '12']))})`,
  r => `${decimal(r)} ${pick(r, ['+', '-', '*', '/', '%'])} ${decimal(r)}`,
  r => `${double(r)} ${pick(r, ['+', '-', '*', '/', '%'])} ${double(r)}`,
  r => `decimal.Round(${decimal(r)}, ${whole(r, 0, 6)}${pick(r, ['', ', MidpointRounding.AwayFromZero'])})`,
  r =>
    `(${pick(r, ['decimal', 'int', 'long', 'float', 'double', 'byte'])})${pick(r, ['double', 'decimal'])}.Parse(${quoted(String(whole(r, 0, 1e6) / 64))})`,
  r =>
    `${pick(r, ['int', 'long', 'double', 'decimal'])}.Parse(${numberText(r)}, NumberStyles.${pick(r, ['Integer', 'Number', 'Float', 'Any', 'Currency'])})`,
  r =>
    `Convert.To${pick(r, ['Int32', 'Byte', 'Int64', 'Double', 'Decimal', 'Boolean', 'String', 'Single'])}(${pick(r, [number, numberText])(r)})`,
  r => `string.Compare(${text(r)}, ${text(r)})`,
  r => `string.Compare(${text(r)}, ${text(r)}, StringComparison.${pick(r, comparisons)})`,
  r =>
    `${text(r)}.${pick(r, ['IndexOf', 'LastIndexOf', 'StartsWith', 'EndsWith'])}(${quoted(pick(r, words))}, StringComparison.Ordinal)`,
  r =>
    `string.Join("|", ${text(r)}.Split(new[]{${pick(r, ["','", "' '", "'a'", "'b', '-'"])}}, ${whole(r, 0, 4)}, StringSplitOptions.${pick(r, ['None', 'RemoveEmptyEntries'])}))`,
  r => `${text(r)}.Substring(${whole(r, 0, 4)}, ${whole(r, 0, 3)})`,
  r => `${text(r)}.Replace(${quoted(pick(r, words))}, ${quoted(pick(r, words))})`,
  r => `${date(r)}.ToString(${quoted(dateFormat(r))})`,
  r => `DateTime.Parse(${dateText(r)}).ToString("o")`,
  r => `DateTimeOffset.Parse(${dateText(r)}).ToString("o")`,
  r => `(${date(r)}).Add${pick(r, ['Days', 'Hours', 'Seconds', 'Milliseconds'])}(${whole(r, -9999, 9999) / 8}).ToString("o")`,
  r => `(${date(r)}).AddMonths(${whole(r, -50, 50)}).ToString("o")`,
  r => `(${date(r)} - ${date(r)}).ToString()`,
  r => `(${span(r)}).ToString(${quoted(spanFormat(r))})`,
  r => `TimeSpan.Parse(${spanText(r)})`,
  exactDate,
  builder,
  r => `char.${pick(r, charTests)}(${char(r)})`,
  r => `(int)char.To${pick(r, ['Upper', 'Lower'])}Invariant(${char(r)})`,
  r => `Math.${pick(r, ['Floor', 'Ceiling', 'Truncate', 'Abs', 'Sign'])}(${pick(r, [double, decimal])(r)})`,
  r => `TimeSpan.From${pick(r, ['Days', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'])}(${double(r)})`,
  r => `new Random(${whole(r, -99999, 99999)}).Next(${whole(r, -5, 5)}, ${whole(r, 0, 999)})`,
  r => `${text(r)}.PadLeft(${whole(r, 0, 9)}, '*').Trim(${pick(r, ["'*'", "'a', ' '", ''])})`,
  r => `${text(r)}.${pick(r, ['Insert(1, "z")', 'Insert(4, "z")', 'Remove(2)', 'Remove(1, 2)', 'Remove(5, 1)'])}`,
  r => `string.Format("{0,${whole(r, -9, 9)}:${pick(r, ['N2', 'F1', '0.0', 'E2'])}}|{1}", ${number(r)}, ${text(r)})`,
]
