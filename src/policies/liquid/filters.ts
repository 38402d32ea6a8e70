import type { FilterImplOptions } from 'liquidjs'
import { LiquidDate } from './liquid-date.ts'

/** Filters that DotLiquid has and Liquid has not, or has otherwise. */
export const dotLiquidFilters: readonly (readonly [name: string, filter: FilterImplOptions])[] = [
  ['H', (value: unknown) => escapeHtml(textOf(value))],
  ['Date', (value: unknown, format: unknown) => dateText(value, format)],
  ['Currency', (value: unknown) => currency(Number(value))],
  ['DividedBy', (dividend: unknown, divisor: unknown) => divide(Number(dividend), Number(divisor))],
  [
    'Capitalize',
    (value: unknown) => textOf(value).replace(/(^|\s)(\S)/g, (_, blank: string, letter: string) => blank + letter.toUpperCase()),
  ],
  [
    'TruncateWords',
    (value: unknown, count: unknown = 15, tail: unknown = '...') => truncateWords(textOf(value), Number(count), textOf(tail)),
  ],
]

const textOf = (value: unknown) => (value === undefined || value === null ? '' : String(value))

function escapeHtml(text: string): string {
  const entities = new Map([
    ['&', '&amp;'],
    ['<', '&lt;'],
    ['>', '&gt;'],
    ['"', '&quot;'],
    ["'", '&#39;'],
  ])
  return text.replace(/[&<>"']/g, c => entities.get(c) ?? c)
}

function dateText(value: unknown, format: unknown): string {
  const date = value instanceof LiquidDate ? value : LiquidDate.parse(textOf(value))
  if (date === undefined) return textOf(value)
  return format === undefined ? date.toString() : date.format(textOf(format))
}

/** The en-US currency format of .NET: `$1,234.50`, negative in parentheses. */
function currency(amount: number): string {
  const text = `$${Math.abs(amount).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  return amount < 0 ? `(${text})` : text
}

/** C#: whole numbers divide to whole numbers. */
function divide(dividend: number, divisor: number): number {
  const quotient = dividend / divisor
  return Number.isInteger(dividend) && Number.isInteger(divisor) ? Math.trunc(quotient) : quotient
}

function truncateWords(text: string, count: number, tail: string): string {
  const words = text.split(/\s+/)
  return words.length <= count ? text : words.slice(0, count).join(' ') + tail
}
