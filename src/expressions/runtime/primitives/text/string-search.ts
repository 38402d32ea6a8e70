import { spend } from '../../../types/budget.ts'
import { badCount, indexOutOfRange, outOfRange, required } from '../errors/argument-errors.ts'
import { foldFor, StringComparison } from './compare-strings.ts'

/** IndexOf(string, start, count, comparison). */
export function indexOfText(self: string, value: string | null, start: number, count: number, comparison: number): number {
  const wanted = required(value, 'value')
  if (start < 0 || start > self.length) return indexOutOfRange()
  if (count < 0 || start > self.length - count) return badCount()
  spend((count >> 4) + 1)
  if (wanted === '') return start
  const found = foldFor(comparison, self).indexOf(foldFor(comparison, wanted), start)
  return found < 0 || found + wanted.length > start + count ? -1 : found
}

/** LastIndexOf(string, start, count, comparison): searches the `count` characters that end at `start`. */
export function lastIndexOfText(self: string, value: string | null, start: number, count: number, comparison: number): number {
  const wanted = required(value, 'value')
  if (self.length === 0 && (start === -1 || start === 0)) return wanted === '' ? 0 : -1
  if (start < 0 || start > self.length) return indexOutOfRange()
  let last = start
  let length = count
  if (last === self.length) {
    last--
    if (length > 0) length--
    if (wanted === '' && length >= 0 && last - length + 1 >= 0) return last
  }
  if (length < 0 || last - length + 1 < 0) return badCount()
  spend((length >> 4) + 1)
  if (wanted === '') return last
  const low = last - length + 1
  const found = foldFor(comparison, self).lastIndexOf(foldFor(comparison, wanted), last - wanted.length + 1)
  return found < low || last - wanted.length + 1 < low ? -1 : found
}

export function indexOfChar(self: string, unit: number, start: number, count: number): number {
  if (start < 0 || start > self.length) return indexOutOfRange()
  if (count < 0 || start > self.length - count) return badCount()
  spend((count >> 4) + 1)
  const found = self.indexOf(String.fromCharCode(unit), start)
  return found >= start + count ? -1 : found
}

export function lastIndexOfChar(self: string, unit: number, start: number, count: number): number {
  if (self.length === 0) return -1
  if (start < 0 || start >= self.length) return indexOutOfRange()
  if (count < 0 || start - count + 1 < 0) return badCount()
  spend((count >> 4) + 1)
  const found = self.lastIndexOf(String.fromCharCode(unit), start)
  return found < start - count + 1 ? -1 : found
}

export function indexOfAny(self: string, units: readonly number[] | null, start: number, count: number): number {
  const wanted = new Set(required(units, 'anyOf'))
  if (start < 0 || start > self.length) return indexOutOfRange()
  if (count < 0 || start > self.length - count) return badCount()
  spend(count >> 2)
  for (let i = start; i < start + count; i++) if (wanted.has(self.charCodeAt(i))) return i
  return -1
}

export function lastIndexOfAny(self: string, units: readonly number[] | null, start: number, count: number): number {
  const wanted = new Set(required(units, 'anyOf'))
  if (self.length === 0) return -1
  if (start < 0 || start >= self.length) return indexOutOfRange()
  if (count < 0 || start - count + 1 < 0) return badCount()
  spend(count >> 2)
  for (let i = start; i > start - count; i--) if (wanted.has(self.charCodeAt(i))) return i
  return -1
}

export function startsWith(self: string, value: string | null, comparison: number = StringComparison.CurrentCulture): boolean {
  const wanted = required(value, 'value')
  spend((wanted.length >> 4) + 1)
  return foldFor(comparison, self.slice(0, wanted.length)) === foldFor(comparison, wanted)
}

export function endsWith(self: string, value: string | null, comparison: number = StringComparison.CurrentCulture): boolean {
  const wanted = required(value, 'value')
  spend((wanted.length >> 4) + 1)
  if (wanted.length > self.length) return wanted === self
  return foldFor(comparison, self.slice(self.length - wanted.length)) === foldFor(comparison, wanted)
}

/** A substring whose bounds are checked as Substring checks them. */
export function substring(self: string, start: number, length: number): string {
  if (start < 0) return outOfRange('startIndex', 'StartIndex cannot be less than zero.')
  if (start > self.length) return outOfRange('startIndex', 'startIndex cannot be larger than length of string.')
  if (length < 0) return outOfRange('length', 'Length cannot be less than zero.')
  if (start > self.length - length) return outOfRange('length', 'Index and length must refer to a location within the string.')
  spend(length >> 6)
  return self.slice(start, start + length)
}
