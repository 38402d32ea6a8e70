import type { DefinedType } from '../../../types/define-type.ts'
import { bigIntegerType } from './big-integer.ts'
import { jArray, jConstructor, jContainer, jObject, jProperty } from './container-types.ts'
import { extensions, iJEnumerable, jEnumerable, jTokenEqualityComparer } from './sequence-types.ts'
import { serializationTypes } from './serialization-types.ts'
import { settingsTypes } from './settings-types.ts'
import { jToken, jTokenType } from './token-type.ts'
import { jRaw, jValue } from './value-types.ts'

/** Newtonsoft.Json and Newtonsoft.Json.Linq. */
export const jsonTypes: readonly DefinedType[] = [
  jTokenType,
  jToken,
  jContainer,
  jObject,
  jArray,
  jProperty,
  jConstructor,
  jValue,
  jRaw,
  iJEnumerable,
  jEnumerable,
  jTokenEqualityComparer,
  extensions,
  bigIntegerType,
  ...settingsTypes,
  ...serializationTypes,
]
