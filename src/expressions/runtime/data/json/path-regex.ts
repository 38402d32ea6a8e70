import type { Value } from '../../../types/values.ts'
import { staticMethod } from './convert-value.ts'

const options = new Map([
  ['i', 1],
  ['m', 2],
  ['s', 16],
  ['x', 4],
])

/** Whether `/pattern/flags` matches, by the .NET regular expressions that expressions have. */
export function regexMatches(input: string, regex: string): boolean {
  const end = regex.lastIndexOf('/')
  const flags = [...regex.slice(end + 1)].reduce((all, flag) => all | (options.get(flag) ?? 0), 0)
  isMatch ??= staticMethod(
    'System.Text.RegularExpressions.Regex',
    /^static bool IsMatch\(string \w+, string \w+, (\w+\.)*RegexOptions \w+\)$/,
  )
  return isMatch(input, regex.slice(1, end), flags) === true
}

let isMatch: ((...args: readonly unknown[]) => Value) | undefined
