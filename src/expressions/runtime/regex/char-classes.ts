import { CharBits } from './char-bits.ts'
import { unicodeBlocks } from './unicode-blocks.ts'

const categories = [
  'Cc',
  'Cf',
  'Cn',
  'Co',
  'Cs',
  'Ll',
  'Lm',
  'Lo',
  'Lt',
  'Lu',
  'Mc',
  'Me',
  'Mn',
  'Nd',
  'Nl',
  'No',
  'Pc',
  'Pd',
  'Pe',
  'Pf',
  'Pi',
  'Po',
  'Ps',
  'Sc',
  'Sk',
  'Sm',
  'So',
  'Zl',
  'Zp',
  'Zs',
]

const known = new Map<string, CharBits>()

function memo(name: string, make: () => CharBits): CharBits {
  const found = known.get(name) ?? make()
  known.set(name, found)
  return found
}

/** Every unit that is no surrogate, in order. */
let planes: string | undefined

function allUnits(): string {
  if (planes !== undefined) return planes
  const parts: string[] = []
  for (let unit = 0; unit < 0x10000; unit++) if (unit < 0xd800 || unit > 0xdfff) parts.push(String.fromCharCode(unit))
  planes = parts.join('')
  return planes
}

/** The units of a two-letter general category. */
function category(name: string): CharBits {
  return memo(name, () => {
    const bits = new CharBits()
    if (name === 'Cs') bits.addRange(0xd800, 0xdfff)
    else
      for (const run of allUnits().matchAll(new RegExp(`\\p{${name}}+`, 'gu')))
        for (const char of run[0]) bits.add(char.charCodeAt(0))
    return bits
  })
}

function union(name: string, parts: readonly string[]): CharBits {
  return memo(name, () => {
    const bits = new CharBits()
    for (const part of parts) bits.addAll(category(part))
    return bits
  })
}

/** `\p{name}`: a category, a group of categories by its first letter, or a block. Undefined for a name that .NET does not know. */
export function property(name: string): CharBits | undefined {
  if (categories.includes(name)) return category(name)
  const members = categories.filter(each => each[0] === name)
  if (members.length > 0) return union(name, members)
  const block = unicodeBlocks.get(name)
  if (block === undefined) return undefined
  return memo(name, () => {
    const bits = new CharBits()
    bits.addRange(...block)
    return bits
  })
}

/** What `\p{Lu}`, `\p{Ll}` and `\p{Lt}` all mean when case is ignored. */
export const casedLetters = () => union('Lu Ll Lt', ['Lu', 'Ll', 'Lt'])
export const wordChars = () => union('word', ['Lu', 'Ll', 'Lt', 'Lm', 'Lo', 'Mn', 'Nd', 'Pc'])
export const digits = () => category('Nd')

export const spaces = () =>
  memo('space', () => {
    const bits = new CharBits()
    for (const part of ['Zs', 'Zl', 'Zp']) bits.addAll(category(part))
    bits.addRange(0x09, 0x0d)
    bits.add(0x85)
    return bits
  })

/** Whether `\b` and group names take the unit for part of a word: `\w` and the two zero-width joiners (UTS #18, RL1.4). */
export function isWordUnit(unit: number): boolean {
  if (unit < 128) return isAsciiWord(unit)
  return unit === 0x200c || unit === 0x200d || wordChars().has(unit)
}

export const isEcmaWordUnit = (unit: number): boolean => (unit < 128 ? isAsciiWord(unit) : unit === 0x130)

function isAsciiWord(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || (unit >= 48 && unit <= 57) || unit === 95
}
