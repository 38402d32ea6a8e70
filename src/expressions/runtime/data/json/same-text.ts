import { fail } from '../../../types/exceptions.ts'

/** Equality of names by a StringComparison: 0 to 3 of a culture (ordinal here, as names are compared), 4 Ordinal, odd ones without case. */
export function sameText(comparison: number): (a: string, b: string) => boolean {
  if (comparison < 0 || comparison > 5) {
    fail(
      'System.ArgumentException',
      'The string comparison type passed in is currently not supported.\r\nParameter name: comparisonType',
    )
  }
  if (comparison % 2 === 0) return (a, b) => a === b
  return (a, b) => a.length === b.length && a.toUpperCase() === b.toUpperCase()
}
