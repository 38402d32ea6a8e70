import { fail } from '../../../types/exceptions.ts'

export function cryptoFailure(message: string): never {
  return fail('System.Security.Cryptography.CryptographicException', message)
}

/** A plain Uint8Array: what `byte[]` is. */
export function bytesOf(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer)
}

/** `buffer[offset, count]`, or .NET's exceptions. */
export function slice(buffer: Uint8Array, offset: number, count: number): Uint8Array {
  if (offset < 0) {
    fail('System.ArgumentOutOfRangeException', 'Non-negative number required.\r\nParameter name: inputOffset')
  }
  if (count < 0 || count > buffer.length) fail('System.ArgumentException', 'Value was invalid.')
  if (buffer.length - count < offset) {
    fail(
      'System.ArgumentException',
      'Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.',
    )
  }
  return buffer.subarray(offset, offset + count)
}
