import type { ValueKind } from '../values.ts'

const messageTypes = ['IRequest', 'IResponse', 'IMessageBody', 'IProxyRequestContext']
const numbers = ['sbyte', 'byte', 'short', 'ushort', 'int', 'uint', 'long', 'ulong', 'float', 'double', 'decimal']
/** What may hold a number, or a text that reads as one. */
const numberLike = new Set([
  ...numbers,
  ...numbers.map(name => `${name}?`),
  'string',
  'object',
  'dynamic',
  'JToken',
  'JValue',
  'IComparable',
])

/**
 * What is wanted where an expression's static type (as C# writes it) can never give it; undefined when it can. A text is wanted of
 * whatever tells itself in one: not of an array or a message, whose text is only their type's name.
 */
export function misfitOf(type: string, kind: ValueKind): string | undefined {
  switch (kind) {
    case 'any':
    case 'boolean': // the compiler was told to expect bool
      return undefined
    case 'integer':
    case 'number':
    case 'duration':
      return numberLike.has(type) ? undefined : 'a number'
    default:
      return type.endsWith(']') || messageTypes.includes(type) ? 'a text' : undefined
  }
}
