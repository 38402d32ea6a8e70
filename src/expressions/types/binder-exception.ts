import { defineType } from './define-type.ts'
import { NetException } from './exceptions.ts'

const fullName = 'Microsoft.CSharp.RuntimeBinder.RuntimeBinderException'

/** What a dynamic operation throws when it cannot be bound. */
export const binderException = defineType(`class ${fullName} : System.Exception`, {
  'new(string message)': (message: string) => new NetException(fullName, message),
})
