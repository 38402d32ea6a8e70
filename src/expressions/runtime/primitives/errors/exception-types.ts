import { iterate, makeArray } from '../../../types/arrays.ts'
import { textOf } from '../../../types/boxing.ts'
import { type DefinedType, defineType } from '../../../types/define-type.ts'
import { NetException } from '../../../types/exceptions.ts'
import { lookupType } from '../../../types/registry.ts'
import type { MemberTable } from '../../../types/type.ts'
import { NetDictionary } from '../../collections/dictionary.ts'
import { equalityFor } from '../../collections/equality.ts'
import { required } from './argument-errors.ts'

type Inner = NetException | null
type Text = string | null

/** `Exception.ToString()`: type, message, and the inner exception's own text. Stack traces are not shown. */
export function exceptionText(error: NetException): string {
  const head = error.message === '' ? error.fullName : `${error.fullName}: ${error.message}`
  return error.inner === null
    ? head
    : `${head} ---> ${exceptionText(error.inner)}\r\n   --- End of inner exception stack trace ---`
}

Object.defineProperty(NetException.prototype, 'netToString', {
  value(this: NetException) {
    return exceptionText(this)
  },
})

const kept = new WeakMap<NetException, NetDictionary>()

/** What the author keeps beside an exception. */
function dataOf(self: NetException): NetDictionary {
  const object = lookupType('System.Object')
  const data = kept.get(self) ?? new NetDictionary([object, object], equalityFor(object))
  kept.set(self, data)
  return data
}

const defaultMessage = (fullName: string) => `Exception of type '${fullName}' was thrown.`

const base: MemberTable = {
  'virtual string Message { get; }': (self: NetException) => self.message,
  'Exception InnerException { get; }': (self: NetException) => self.inner,
  'virtual string StackTrace { get; }': () => null,
  'virtual string Source { get; set; }': {
    get: (self: NetException) => self.source,
    set: (self: NetException, value: string | null) => {
      self.source = value
    },
  },
  'virtual string HelpLink { get; set; }': { get: () => null, set: () => undefined },
  'virtual System.Collections.IDictionary Data { get; }': dataOf,
  'int HResult { get; }': () => -2146233088,
  'virtual Exception GetBaseException()': (self: NetException) => {
    let error = self
    while (error.inner !== null) error = error.inner
    return error
  },
  'string ToString()': exceptionText,
}

/** The four usual constructors: none, message, message and inner. */
function constructors(fullName: string, message: string): MemberTable {
  return {
    'new()': () => new NetException(fullName, message),
    'new(string message)': (text: Text) => new NetException(fullName, text ?? defaultMessage(fullName)),
    'new(string message, Exception innerException)': (text: Text, inner: Inner) =>
      new NetException(fullName, text ?? defaultMessage(fullName), inner),
  }
}

const withParameter = (message: string, parameter: Text) =>
  parameter === null || parameter === '' ? message : `${message}\r\nParameter name: ${parameter}`

/** The parameter that an ArgumentException's message names on its second line. */
const parameterOf = (self: NetException) => /\r\nParameter name: ([^\r\n]*)/.exec(self.message)?.[1] ?? null

const argumentMembers: MemberTable = {
  'virtual string ParamName { get; }': parameterOf,
}

function argumentConstructors(fullName: string, message: string): MemberTable {
  return {
    'new()': () => new NetException(fullName, message),
    'new(string paramName)': (parameter: Text) => new NetException(fullName, withParameter(message, parameter)),
    'new(string message, Exception innerException)': (text: Text, inner: Inner) =>
      new NetException(fullName, text ?? message, inner),
    'new(string paramName, string message)': (parameter: Text, text: Text) =>
      new NetException(fullName, withParameter(text ?? message, parameter)),
  }
}

interface ExceptionKind {
  readonly name: string
  readonly base: string
  readonly message: string
  readonly table?: MemberTable
}

const usual: readonly ExceptionKind[] = [
  { name: 'SystemException', base: 'Exception', message: 'System error.' },
  { name: 'ApplicationException', base: 'Exception', message: 'Error in the application.' },
  { name: 'ArithmeticException', base: 'SystemException', message: 'Overflow or underflow in the arithmetic operation.' },
  { name: 'DivideByZeroException', base: 'ArithmeticException', message: 'Attempted to divide by zero.' },
  { name: 'OverflowException', base: 'ArithmeticException', message: 'Arithmetic operation resulted in an overflow.' },
  { name: 'NotFiniteNumberException', base: 'ArithmeticException', message: 'Number encountered was not a finite quantity.' },
  {
    name: 'ArrayTypeMismatchException',
    base: 'SystemException',
    message: 'Attempted to access an element as a type incompatible with the array.',
  },
  { name: 'FormatException', base: 'SystemException', message: 'One of the identified items was in an invalid format.' },
  { name: 'UriFormatException', base: 'FormatException', message: 'One of the identified items was in an invalid format.' },
  { name: 'IndexOutOfRangeException', base: 'SystemException', message: 'Index was outside the bounds of the array.' },
  { name: 'InvalidCastException', base: 'SystemException', message: 'Specified cast is not valid.' },
  {
    name: 'InvalidOperationException',
    base: 'SystemException',
    message: 'Operation is not valid due to the current state of the object.',
  },
  {
    name: 'Collections.Generic.KeyNotFoundException',
    base: 'SystemException',
    message: 'The given key was not present in the dictionary.',
  },
  { name: 'NotImplementedException', base: 'SystemException', message: 'The method or operation is not implemented.' },
  { name: 'NotSupportedException', base: 'SystemException', message: 'Specified method is not supported.' },
  { name: 'NullReferenceException', base: 'SystemException', message: 'Object reference not set to an instance of an object.' },
  {
    name: 'OutOfMemoryException',
    base: 'SystemException',
    message: 'Insufficient memory to continue the execution of the program.',
  },
  {
    name: 'InsufficientMemoryException',
    base: 'OutOfMemoryException',
    message: 'Insufficient memory to continue the execution of the program.',
  },
  {
    name: 'RankException',
    base: 'SystemException',
    message: 'Attempted to operate on an array with the incorrect number of dimensions.',
  },
  { name: 'StackOverflowException', base: 'SystemException', message: 'Operation caused a stack overflow.' },
  {
    name: 'InsufficientExecutionStackException',
    base: 'SystemException',
    message: 'Insufficient stack to continue executing the program safely.',
  },
  { name: 'TimeoutException', base: 'SystemException', message: 'The operation has timed out.' },
  { name: 'OperationCanceledException', base: 'SystemException', message: 'The operation was canceled.' },
  { name: 'UnauthorizedAccessException', base: 'SystemException', message: 'Attempted to perform an unauthorized operation.' },
  { name: 'TimeZoneNotFoundException', base: 'Exception', message: defaultMessage('System.TimeZoneNotFoundException') },
  { name: 'InvalidTimeZoneException', base: 'Exception', message: defaultMessage('System.InvalidTimeZoneException') },
  { name: 'Net.Sockets.SocketException', base: 'Exception', message: 'The operation completed successfully.' },
  { name: 'IO.IOException', base: 'SystemException', message: 'I/O error occurred.' },
  { name: 'IO.EndOfStreamException', base: 'IO.IOException', message: 'Attempted to read past the end of the stream.' },
  { name: 'Security.SecurityException', base: 'SystemException', message: 'Security error.' },
  {
    name: 'Security.Cryptography.CryptographicException',
    base: 'SystemException',
    message: 'Error occurred during a cryptographic operation.',
  },
  { name: 'Xml.XmlException', base: 'SystemException', message: 'An XML error has occurred.' },
]

function define({ name, base: parent, message, table }: ExceptionKind): DefinedType {
  const fullName = `System.${name}`
  return defineType(`class ${fullName} : System.${parent}`, { ...constructors(fullName, message), ...table })
}

const argument = 'System.ArgumentException'
const argumentMessage = 'Value does not fall within the expected range.'

const argumentTypes: readonly DefinedType[] = [
  defineType(`class ${argument} : SystemException`, {
    ...constructors(argument, argumentMessage),
    'new(string message, string paramName)': (text: Text, parameter: Text) =>
      new NetException(argument, withParameter(text ?? argumentMessage, parameter)),
    'new(string message, string paramName, Exception innerException)': (text: Text, parameter: Text, inner: Inner) =>
      new NetException(argument, withParameter(text ?? argumentMessage, parameter), inner),
    ...argumentMembers,
  }),
  defineType(
    'class System.ArgumentNullException : ArgumentException',
    argumentConstructors('System.ArgumentNullException', 'Value cannot be null.'),
  ),
  defineType('class System.ArgumentOutOfRangeException : ArgumentException', {
    ...argumentConstructors('System.ArgumentOutOfRangeException', 'Specified argument was out of the range of valid values.'),
    'new(string paramName, object actualValue, string message)': (parameter: Text, value: unknown, text: Text) =>
      new ActualValueException(parameter, value, text ?? 'Specified argument was out of the range of valid values.'),
    'virtual object ActualValue { get; }': (self: NetException) =>
      self instanceof ActualValueException ? self.actualValue : null,
  }),
  defineType('class System.ObjectDisposedException : InvalidOperationException', {
    'new(string objectName)': (name: Text) =>
      new NetException(
        'System.ObjectDisposedException',
        `Cannot access a disposed object.${name === null || name === '' ? '' : `\r\nObject name: '${name}'.`}`,
      ),
  }),
  defineType(
    'class System.Globalization.CultureNotFoundException : ArgumentException',
    constructors('System.Globalization.CultureNotFoundException', 'Culture is not supported.'),
  ),
]

class ActualValueException extends NetException {
  readonly actualValue: unknown

  constructor(parameter: Text, actualValue: unknown, message: string) {
    const shown = actualValue === null ? '' : `\r\nActual value was ${textOf(actualValue)}.`
    super('System.ArgumentOutOfRangeException', withParameter(message, parameter) + shown)
    this.actualValue = actualValue
  }
}

class AggregateFailure extends NetException {
  readonly inners: readonly NetException[]

  constructor(message: string, inners: readonly NetException[]) {
    super('System.AggregateException', message, inners[0] ?? null)
    this.inners = inners
  }
}

const aggregate = (message: Text, inners: Iterable<NetException> | null) =>
  new AggregateFailure(message ?? 'One or more errors occurred.', [...iterate<NetException>(required(inners, 'innerExceptions'))])

const aggregateType = defineType('class System.AggregateException : Exception', {
  'new()': () => aggregate(null, []),
  'new(string message)': (text: Text) => aggregate(text, []),
  'new(string message, Exception innerException)': (text: Text, inner: Inner) =>
    aggregate(text, [required(inner, 'innerException')]),
  'new(params Exception[] innerExceptions)': (inners: NetException[] | null) => aggregate(null, inners),
  'new(string message, params Exception[] innerExceptions)': aggregate,
  'new(IEnumerable<Exception> innerExceptions)': (inners: Iterable<NetException> | null) => aggregate(null, inners),
  'System.Collections.Generic.IReadOnlyList<Exception> InnerExceptions { get; }': (self: NetException) =>
    makeArray(lookupType('System.Exception'), self instanceof AggregateFailure ? [...self.inners] : []),
  'AggregateException Flatten()': (self: NetException) =>
    self instanceof AggregateFailure ? new AggregateFailure(self.message, flatten(self)) : self,
})

function flatten(error: AggregateFailure): NetException[] {
  return error.inners.flatMap(inner => (inner instanceof AggregateFailure ? flatten(inner) : [inner]))
}

export const exceptionTypes: readonly DefinedType[] = [
  defineType('class System.Exception', { ...constructors('System.Exception', defaultMessage('System.Exception')), ...base }),
  ...usual.map(define),
  ...argumentTypes,
  aggregateType,
]
