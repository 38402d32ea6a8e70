import { NetException } from '../../types/exceptions.ts'

/** `ArgumentNullException` of a parameter. */
export function argumentNull(parameter: string): NetException {
  return new NetException('System.ArgumentNullException', `Value cannot be null.\r\nParameter name: ${parameter}`)
}

/** The argument itself, unless it is null. */
export function required<T>(value: T | null, parameter: string): T {
  if (value === null) throw argumentNull(parameter)
  return value
}

export function outOfRange(parameter: string, message: string): NetException {
  return new NetException('System.ArgumentOutOfRangeException', `${message}\r\nParameter name: ${parameter}`)
}

export function badArgument(message: string, parameter?: string): NetException {
  return new NetException(
    'System.ArgumentException',
    parameter === undefined ? message : `${message}\r\nParameter name: ${parameter}`,
  )
}

export function invalidOperation(message: string, inner: NetException | null = null): NetException {
  return new NetException('System.InvalidOperationException', message, inner)
}

export function notSupported(message: string): NetException {
  return new NetException('System.NotSupportedException', message)
}

export const indexOutOfRange = (parameter = 'index') =>
  outOfRange(parameter, 'Index was out of range. Must be non-negative and less than the size of the collection.')

export const negativeNumber = (parameter: string) => outOfRange(parameter, 'Non-negative number required.')

export const badCount = (parameter = 'count') =>
  outOfRange(parameter, 'Count must be positive and count must refer to a location within the string/array/collection.')

export const badOffsetLength = () =>
  badArgument(
    'Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.',
  )

export const duplicateKey = () => badArgument('An item with the same key has already been added.')

export const keyNotFound = () =>
  new NetException('System.Collections.Generic.KeyNotFoundException', 'The given key was not present in the dictionary.')

export const modified = () => invalidOperation('Collection was modified; enumeration operation may not execute.')
