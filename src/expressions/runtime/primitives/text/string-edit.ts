import { spend } from '../../../types/budget.ts'
import { badArgument, outOfRange, required } from '../errors/argument-errors.ts'
import { isWhiteSpace } from './unicode-category.ts'

/** Trim, TrimStart and TrimEnd: of white space when no characters are named. */
export function trim(self: string, units: readonly number[] | null, atStart: boolean, atEnd: boolean): string {
  const set = units === null || units.length === 0 ? undefined : new Set(units)
  const drops = set === undefined ? isWhiteSpace : (unit: number) => set.has(unit)
  let [start, end] = [0, self.length]
  if (atStart) while (start < end && drops(self.charCodeAt(start))) start++
  if (atEnd) while (end > start && drops(self.charCodeAt(end - 1))) end--
  spend((self.length - end + start) >> 4)
  return start === 0 && end === self.length ? self : self.slice(start, end)
}

export function padLeft(self: string, width: number, unit = 32): string {
  if (width < 0) return outOfRange('totalWidth', 'Non-negative number required.')
  spend(width >> 3)
  return self.padStart(width, String.fromCharCode(unit))
}

export function padRight(self: string, width: number, unit = 32): string {
  if (width < 0) return outOfRange('totalWidth', 'Non-negative number required.')
  spend(width >> 3)
  return self.padEnd(width, String.fromCharCode(unit))
}

export function insert(self: string, start: number, value: string | null): string {
  const added = required(value, 'value')
  if (start < 0 || start > self.length) return outOfRange('startIndex')
  spend((self.length + added.length) >> 6)
  return self.slice(0, start) + added + self.slice(start)
}

export function remove(self: string, start: number, count: number): string {
  if (start < 0) return outOfRange('startIndex', 'StartIndex cannot be less than zero.')
  if (count < 0) return outOfRange('count', 'Count cannot be less than zero.')
  if (count > self.length - start) return outOfRange('count', 'Index and count must refer to a location within the string.')
  spend(self.length >> 6)
  return self.slice(0, start) + self.slice(start + count)
}

export function removeFrom(self: string, start: number): string {
  if (start < 0) return outOfRange('startIndex', 'StartIndex cannot be less than zero.')
  if (start >= self.length) return outOfRange('startIndex', 'startIndex must be less than length of string.')
  return self.slice(0, start)
}

export function replaceText(self: string, from: string | null, to: string | null): string {
  const old = required(from, 'oldValue')
  if (old === '') return badArgument('String cannot be of zero length.', 'oldValue')
  // as if old stood everywhere: each place costs
  spend((self.length >> 4) + Math.trunc(self.length / old.length) + 1)
  const replaced = self.replaceAll(old, (to ?? '').replaceAll('$', '$$$$'))
  spend(replaced.length >> 4)
  return replaced
}

/** Split by characters; white space when none are given. */
export function splitByChars(self: string, units: readonly number[] | null, count: number, options: number): string[] {
  const set = units === null || units.length === 0 ? undefined : new Set(units)
  const splits = set === undefined ? isWhiteSpace : (unit: number) => set.has(unit)
  return split(self, at => (splits(self.charCodeAt(at)) ? 1 : 0), count, options)
}

/** Split by strings: the first that fits at a place wins; white space when none are given. */
export function splitByTexts(
  self: string,
  separators: readonly (string | null)[] | null,
  count: number,
  options: number,
): string[] {
  if (separators === null || separators.length === 0) return splitByChars(self, null, count, options)
  const wanted = separators.filter((one): one is string => one !== null && one !== '')
  spend((self.length * wanted.length) >> 4)
  return split(self, at => wanted.find(one => self.startsWith(one, at))?.length ?? 0, count, options)
}

/** `separatorAt` gives a separator's length at a place, 0 for none. At most `count` parts; the last keeps the rest. */
function split(self: string, separatorAt: (at: number) => number, count: number, options: number): string[] {
  if (count < 0) return outOfRange('count', 'Count cannot be less than zero.')
  if (options < 0 || options > 1) return badArgument(`Illegal enum value: ${options}.`, 'options')
  const dropEmpty = options === 1
  if (count === 0 || (dropEmpty && self.length === 0)) return []
  if (count === 1) return [self]
  spend((self.length >> 2) + 1)
  const parts: string[] = []
  let start = 0
  let at = 0
  while (at < self.length) {
    const length = separatorAt(at)
    if (length === 0) {
      at++
      continue
    }
    if (!dropEmpty || at > start) {
      if (parts.length === count - 1) break
      parts.push(self.slice(start, at))
    }
    at += length
    start = at
  }
  const rest = self.slice(start)
  if (!dropEmpty || rest !== '') parts.push(rest)
  spend(parts.length)
  return parts
}

export function join(separator: string | null, parts: readonly (string | null)[]): string {
  const joined = parts.map(part => part ?? '').join(separator ?? '')
  spend((joined.length >> 4) + parts.length)
  return joined
}
