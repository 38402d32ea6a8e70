import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import { badArgument, outOfRange, required } from '../errors/argument-errors.ts'

const lineLength = 76

/** `Convert.ToBase64String`; with `breaks` a line end after every 76 characters. */
export function toBase64(bytes: Uint8Array | null, options = 0): string {
  const given = required(bytes, 'inArray')
  if (options !== 0 && options !== 1) badArgument(`Illegal enum value: ${options}.`)
  spend(given.length)
  const text = Buffer.from(given.buffer, given.byteOffset, given.byteLength).toString('base64')
  return options === 1 ? (text.match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? []).join('\r\n') : text
}

export function toBase64Part(bytes: Uint8Array | null, offset: number, length: number, options = 0): string {
  const given = required(bytes, 'inArray')
  if (length < 0) outOfRange('length', 'Index was out of range. Must be non-negative and less than the size of the collection.')
  if (offset < 0) outOfRange('offset', 'Value must be positive.')
  if (offset > given.length - length) outOfRange('offset', 'Offset and length must refer to a position in the string.')
  return toBase64(given.subarray(offset, offset + length), options)
}

/** `Convert.FromBase64String`: blanks between the characters do not count, padding must be right. */
export function fromBase64(text: string | null): Uint8Array {
  const given = required(text, 's').replace(/[ \t\r\n]/g, '')
  spend(given.length)
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(given))
    return fail(
      'System.FormatException',
      'The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters. ',
    )
  if (given.length % 4 !== 0) return fail('System.FormatException', 'Invalid length for a Base-64 char array or string.')
  return new Uint8Array(Buffer.from(given, 'base64'))
}
