import { defineType, type DefinedType } from '../types/define-type.ts'
import { collectionTypes } from './collections/collection-types.ts'
import { dataTypes } from './data/data-types.ts'
import { enumTypes } from './primitives/enum-types.ts'
import { interfaceTypes } from './primitives/interfaces.ts'
import { decimalType } from './primitives/numbers/decimal-type.ts'
import { doubleType, singleType } from './primitives/numbers/floating-types.ts'
import { integerTypes } from './primitives/numbers/integer-types.ts'
import { charType } from './primitives/text/char-type.ts'
import { stringType } from './primitives/text/string-type.ts'

/** Every .NET type that expressions may use, besides those that the compiler itself defines (types/core-types.ts). */
export const allTypes: readonly DefinedType[] = [
  defineType('struct System.Boolean', { 'string ToString()': (self: boolean) => (self ? 'True' : 'False') }),
  defineType('class System.Enum : System.ValueType', {}),
  defineType('class System.Exception', {}),
  ...interfaceTypes,
  ...enumTypes,
  ...integerTypes,
  decimalType,
  doubleType,
  singleType,
  charType,
  stringType,
  ...collectionTypes,
  ...dataTypes,
]
