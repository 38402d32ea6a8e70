import { NetRegex } from '../../regex/regex.ts'

/** RegexOptions by flag. */
const options = new Map([
  ['i', 1],
  ['m', 2],
  ['s', 16],
  ['x', 32],
])

/** Whether `/pattern/flags` matches, by the .NET regular expressions that expressions have. */
export function regexMatches(input: string, regex: string): boolean {
  const end = regex.lastIndexOf('/')
  const flags = [...regex.slice(end + 1)].reduce((all, flag) => all | (options.get(flag) ?? 0), 0)
  return new NetRegex(regex.slice(1, end), flags).isMatch(input)
}
