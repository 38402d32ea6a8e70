// in the order of System.Globalization.UnicodeCategory
const names = 'Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Cn'.split(' ')
const patterns = names.map(name => new RegExp(`^\\p{${name}}$`, 'u'))
const surrogate = names.indexOf('Cs')
const unassigned = names.indexOf('Cn')

const known = new Uint8Array(0x10000)

// System.Char keeps the categories that Latin-1 had in an older Unicode; regular expressions do not
for (const [unit, name] of [
  [0xa7, 'So'],
  [0xaa, 'Ll'],
  [0xad, 'Pd'],
  [0xb6, 'So'],
  [0xba, 'Ll'],
] as const)
  known[unit] = names.indexOf(name) + 1

/** The category of a UTF-16 unit, as char.GetUnicodeCategory's number. */
export function categoryOf(unit: number): number {
  if (unit >= 0xd800 && unit <= 0xdfff) return surrogate
  const found = known[unit] ?? 0
  if (found !== 0) return found - 1
  const category = categoryOfText(String.fromCharCode(unit))
  known[unit] = category + 1
  return category
}

/** The category of one code point's text. */
export function categoryOfText(text: string): number {
  const index = patterns.findIndex(pattern => pattern.test(text))
  return index < 0 ? unassigned : index
}

/** Char.IsWhiteSpace. */
export function isWhiteSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 32 || (unit >= 9 && unit <= 13)
  if (unit === 0x85 || unit === 0xa0 || unit === 0x1680) return true
  return (
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  )
}
