const simple = new Map<string, string>([
  ["'", "'"],
  ['"', '"'],
  ['\\', '\\'],
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
])

/** Reads the escape that starts with the backslash at `at`; undefined when C# knows no such escape. */
export function readEscape(
  source: string,
  at: number,
  limit: number,
): { readonly text: string; readonly end: number } | undefined {
  const letter = source[at + 1]
  if (letter === undefined || at + 1 >= limit) return undefined
  const plain = simple.get(letter)
  if (plain !== undefined) return { text: plain, end: at + 2 }
  if (letter === 'x') return readHex(source, at + 2, limit, 1, 4)
  if (letter === 'u') return readHex(source, at + 2, limit, 4, 4)
  if (letter === 'U') return readHex(source, at + 2, limit, 8, 8)
  return undefined
}

function readHex(source: string, at: number, limit: number, least: number, most: number) {
  let end = at
  while (end < limit && end - at < most && /[0-9a-fA-F]/.test(source[end] ?? '')) end++
  if (end - at < least) return undefined
  const point = Number.parseInt(source.slice(at, end), 16)
  return point > 0x10ffff ? undefined : { text: String.fromCodePoint(point), end }
}
