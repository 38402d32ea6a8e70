import { spend } from '../../../types/budget.ts'
import { badArgument } from '../errors/argument-errors.ts'

/** System.StringComparison. */
export const StringComparison = {
  CurrentCulture: 0,
  CurrentCultureIgnoreCase: 1,
  InvariantCulture: 2,
  InvariantCultureIgnoreCase: 3,
  Ordinal: 4,
  OrdinalIgnoreCase: 5,
} as const

const caseSensitive = new Intl.Collator('en', { sensitivity: 'variant', caseFirst: 'lower' })
const caseInsensitive = new Intl.Collator('en', { sensitivity: 'accent' })

// hyphens and apostrophes weigh next to nothing; control characters and the soft hyphen nothing at all
const minimal = /['\-\u2010\u2011]/g
const weightless = /[\0-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2060\ufeff]/g
const hasSpecial = /['\-\0-\x08\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u2010\u2011\u2060\ufeff\xdf]/
const ascii = /^[\0-\x7f]*$/
/** ASCII's blanks, punctuation and symbols that have a weight. */
const weighing = /[\t-\r -&(-,./:-@[-`{-~]/g
/** Box drawings: a collator has them in a row, and the tab before all else. */
const firstSymbol = 0x2500

/** The weight of each ASCII unit in Windows' default order: blanks, punctuation, symbols, digits, letters; 0 weighs nothing. */
const weights = asciiWeights()

function asciiWeights(): Uint8Array {
  const order = ' \t\n\v\f\r!"#$%&()*,./:;?@[\\]^_`{|}~+<=>0123456789abcdefghijklmnopqrstuvwxyz'
  const table = new Uint8Array(128)
  for (let i = 0; i < order.length; i++) table[order.charCodeAt(i)] = i + 1
  for (let i = 65; i <= 90; i++) table[i] = table[i + 32] ?? 0
  return table
}

/**
 * The order of .NET's word sort in the invariant culture: letters by alphabet, then accents, then lower case before upper case;
 * hyphens and apostrophes only decide between strings that are otherwise equal. Source: .NET reference, CompareOptions.
 */
export function compareInvariant(a: string | null, b: string | null, ignoreCase = false): number {
  if (a === b) return 0
  if (a === null || b === null) return a === null ? -1 : 1
  spend((a.length + b.length) >> 4)
  if (ascii.test(a) && ascii.test(b)) return compareAscii(a, b, ignoreCase) || compareMinimal(a, b)
  const collator = ignoreCase ? caseInsensitive : caseSensitive
  const [x, y] = [sortable(a), sortable(b)]
  return Math.sign(collator.compare(x, y)) || (x === a && y === b ? 0 : compareMinimal(a, b))
}

/** By weight, then lower case first. */
function compareAscii(a: string, b: string, ignoreCase: boolean): number {
  let byCase = 0
  for (let i = 0, j = 0; ; i++, j++) {
    while (i < a.length && weights[a.charCodeAt(i)] === 0) i++
    while (j < b.length && weights[b.charCodeAt(j)] === 0) j++
    if (i === a.length || j === b.length) return i < a.length ? 1 : j < b.length ? -1 : ignoreCase ? 0 : byCase
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(j)]
    const difference = (weights[x] ?? 0) - (weights[y] ?? 0)
    if (difference !== 0) return Math.sign(difference)
    if (byCase === 0 && x !== y) byCase = x > y ? -1 : 1
  }
}

/** A text that a collator, whose order of marks is another, puts where Windows does: ASCII's before all else, in their own order. */
function sortable(text: string): string {
  const weighty = hasSpecial.test(text) ? text.replace(weightless, '').replace(minimal, '').replaceAll('\xdf', 'ss') : text
  return weighty.replace(weighing, unit => `\t${String.fromCharCode(firstSymbol + (weights[unit.charCodeAt(0)] ?? 0))}`)
}

/** Between strings that differ in hyphens and apostrophes only: the one without sorts first, an early mark before a late one. */
function compareMinimal(a: string, b: string): number {
  const [x, y] = [marksOf(a), marksOf(b)]
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const [mine, theirs] = [x[i] as Mark, y[i] as Mark] // both indexes are inside
    if (mine.place !== theirs.place) return Math.sign(mine.place - theirs.place)
    if (mine.c !== theirs.c) return mine.c === "'" ? -1 : 1
  }
  return Math.sign(x.length - y.length)
}

interface Mark {
  readonly c: string
  /** How many weighty characters stand before it. */
  readonly place: number
}

function marksOf(text: string): Mark[] {
  const weighty = text.replace(weightless, '')
  return Array.from(weighty.matchAll(minimal), (match, i) => ({ c: match[0], place: match.index - i }))
}

/**
 * By UTF-16 unit: the difference of the first units that differ, or of the lengths. .NET reads whole texts in pairs of units with a 0 at
 * their end, so that the end of one text may differ from a unit of the other.
 */
export function compareOrdinal(a: string | null, b: string | null): number {
  if (a === b) return 0
  if (a === null || b === null) return a === null ? -1 : 1
  const shorter = Math.min(a.length, b.length)
  return compareUnits(a, b, Math.max(1, shorter + (shorter % 2)))
}

/** The lengths decide past so many units. */
export function compareUnits(a: string, b: string, length = Math.min(a.length, b.length)): number {
  for (let i = 0; i < length; i++) {
    const difference = unitAt(a, i) - unitAt(b, i)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

const unitAt = (text: string, i: number) => (i < text.length ? text.charCodeAt(i) : 0)

/** Upper case as the invariant culture has it: one unit for one, so that lengths stay. */
export function toUpperInvariant(text: string): string {
  return ascii.test(text) ? text.toUpperCase() : mapUnits(text, upperUnit)
}

export function toLowerInvariant(text: string): string {
  return ascii.test(text) ? text.toLowerCase() : mapUnits(text, lowerUnit)
}

function mapUnits(text: string, map: (c: string) => string): string {
  let mapped = ''
  for (let i = 0; i < text.length; i++) mapped += map(text[i] as string) // the index is inside
  return mapped
}

// .NET maps a unit only to one that leads back to it: not the dotted and dotless i, the long s, the Kelvin sign or title case

function upperUnit(c: string): string {
  const upper = c.toUpperCase()
  if (upper.length === 1) return upper.toLowerCase() === c ? upper : c
  // a Greek vowel with iota is two units in JavaScript; .NET takes the one that has the iota beside it
  const code = c.charCodeAt(0)
  const beside = [code + 8, code + 9].map(unit => String.fromCharCode(unit)).find(each => each.toLowerCase() === c)
  return code >= 0x1f80 && beside !== undefined ? beside : c
}

function lowerUnit(c: string): string {
  const lower = c.toLowerCase()
  return lower.length === 1 && upperUnit(lower) === c ? lower : c
}

export function compareOrdinalIgnoreCase(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  return compareUnits(toUpperInvariant(a), toUpperInvariant(b))
}

export function checkComparison(comparison: number): void {
  if (comparison < 0 || comparison > 5)
    badArgument('The string comparison type passed in is currently not supported.', 'comparisonType')
}

export function compareBy(comparison: number, a: string | null, b: string | null): number {
  checkComparison(comparison)
  if (comparison === StringComparison.Ordinal) return compareOrdinal(a, b)
  if (comparison === StringComparison.OrdinalIgnoreCase) return compareOrdinalIgnoreCase(a, b)
  return compareInvariant(a, b, (comparison & 1) === 1)
}

export function equalsBy(comparison: number, a: string | null, b: string | null): boolean {
  if (a === b && comparison >= 0 && comparison <= 5) return true
  return compareBy(comparison, a, b) === 0
}

/** What a search compares: the text itself, or both sides folded. A culture ignores what weighs nothing. */
export function foldFor(comparison: number, text: string): string {
  checkComparison(comparison)
  return (comparison & 1) === 1 ? toUpperInvariant(text) : text
}
