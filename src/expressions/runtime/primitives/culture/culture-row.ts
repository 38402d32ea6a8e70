import type { DateTimeFormat } from './date-time-format.ts'
import type { NumberFormat } from './number-format.ts'

export interface CultureData {
  readonly name: string
  readonly englishName: string
  readonly lcid: number
  /** What differs from the invariant culture. */
  readonly number: Partial<NumberFormat>
  readonly date: Partial<DateTimeFormat>
}

export const names = (text: string): readonly string[] => text.split('|')
/** Twelve months, and the thirteenth that .NET keeps for other calendars. */
export const months = (text: string): readonly string[] => [...names(text), '']
