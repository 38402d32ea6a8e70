import { fail } from '../../../expressions/types/exceptions.ts'
import type { Body } from '../body.ts'

/** The body's bytes; marks it as taken unless it is to be preserved. Throws what reading a taken body throws. */
export function takeBytes(body: Body, preserveContent: boolean): Uint8Array {
  if (body.consumed)
    return fail(
      'System.InvalidOperationException',
      'The message body was read before without preserveContent and is not available any more.',
    )
  if (body.stream !== null) return fail('System.InvalidOperationException', 'The message body is not in memory.')
  return preserveContent ? (body.bytes ?? new Uint8Array(0)) : body.consume()
}

const utf8 = new TextDecoder('utf-8')

/** UTF-8 without its byte order mark. */
export const decodeText = (bytes: Uint8Array): string => utf8.decode(bytes)
