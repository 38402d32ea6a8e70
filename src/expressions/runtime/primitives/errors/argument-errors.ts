import { fail } from '../../../types/exceptions.ts'

// .NET Framework's messages name the parameter on a line of its own, ended as on Windows

export function argumentNull(parameter: string): never {
  return fail('System.ArgumentNullException', `Value cannot be null.\r\nParameter name: ${parameter}`)
}

/** The argument itself, unless it is null. */
export function required<T>(value: T | null, parameter: string): T {
  return value === null ? argumentNull(parameter) : value
}

export function badArgument(message: string, parameter?: string): never {
  return fail('System.ArgumentException', parameter === undefined ? message : `${message}\r\nParameter name: ${parameter}`)
}

export function outOfRange(parameter: string, message = 'Specified argument was out of the range of valid values.'): never {
  return fail('System.ArgumentOutOfRangeException', `${message}\r\nParameter name: ${parameter}`)
}

export function badFormat(message: string): never {
  return fail('System.FormatException', message)
}

export const indexOutOfRange = (parameter = 'startIndex'): never =>
  outOfRange(parameter, 'Index was out of range. Must be non-negative and less than the size of the collection.')

export const badCount = (parameter = 'count'): never =>
  outOfRange(parameter, 'Count must be positive and count must refer to a location within the string/array/collection.')
