import type { MemberTable } from '../../../types/type.ts'
import { ceilingDecimal, type Decimal, floorDecimal, roundDecimal, truncateDecimal } from './decimal.ts'

/** What `Math` and `Decimal` have alike. */
export const decimalRounding: MemberTable = {
  'static decimal Floor(decimal d)': floorDecimal,
  'static decimal Ceiling(decimal d)': ceilingDecimal,
  'static decimal Truncate(decimal d)': truncateDecimal,
  'static decimal Round(decimal d)': (d: Decimal) => roundDecimal(d, 0, false),
  'static decimal Round(decimal d, int decimals)': (d: Decimal, places: number) => roundDecimal(d, places, false),
  'static decimal Round(decimal d, MidpointRounding mode)': (d: Decimal, mode: number) => roundDecimal(d, 0, mode === 1),
  'static decimal Round(decimal d, int decimals, MidpointRounding mode)': (d: Decimal, places: number, mode: number) =>
    roundDecimal(d, places, mode === 1),
}
