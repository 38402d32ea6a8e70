import type { DefinedType } from '../../types/define-type.ts'
import { booleanType } from './boolean-type.ts'
import { convertType } from './convert/convert-type.ts'
import { cultureTypes } from './culture/culture-types.ts'
import { dateTimeOffsetType } from './dates/date-time-offset-type.ts'
import { dateTimeType } from './dates/date-time-type.ts'
import { timeSpanType } from './dates/time-span-type.ts'
import { timeZoneInfoType, timeZoneType } from './dates/time-zone-type.ts'
import { adjustmentRule, transitionTime } from './dates/zone-rule-types.ts'
import { delegateTypes } from './delegate-types.ts'
import { enumTypes } from './enum-types.ts'
import { environmentType } from './environment.ts'
import { exceptionTypes } from './errors/exception-types.ts'
import { guidType } from './guid.ts'
import { interfaceTypes } from './interfaces.ts'
import { streamTypes } from './io/memory-stream.ts'
import { readerTypes } from './io/text-reader.ts'
import { writerTypes } from './io/text-writer.ts'
import { ipTypes } from './net/ip-address.ts'
import { uriType } from './net/uri.ts'
import { uriBuilderType } from './net/uri-builder.ts'
import { webUtilityType } from './net/web-utility.ts'
import { bitConverterType } from './numbers/bit-converter.ts'
import { decimalType } from './numbers/decimal-type.ts'
import { doubleType, singleType } from './numbers/floating-types.ts'
import { integerTypes } from './numbers/integer-types.ts'
import { mathType } from './numbers/math.ts'
import { randomType } from './numbers/random.ts'
import { objectTypes } from './object-types.ts'
import { charType } from './text/char-type.ts'
import { encodingTypes } from './text/encoding-type.ts'
import { stringBuilderType } from './text/string-builder.ts'
import { stringComparerType } from './text/string-comparer.ts'
import { stringType } from './text/string-type.ts'
import { tupleTypes } from './tuple.ts'
import { versionType } from './version.ts'

/** Every .NET type of this folder. */
export const primitiveTypes: readonly DefinedType[] = [
  ...objectTypes,
  ...interfaceTypes,
  ...enumTypes,
  ...delegateTypes,
  ...cultureTypes,
  ...readerTypes,
  ...writerTypes,
  ...streamTypes,
  timeSpanType,
  dateTimeType,
  dateTimeOffsetType,
  timeZoneInfoType,
  adjustmentRule,
  transitionTime,
  timeZoneType,
  booleanType,
  charType,
  stringType,
  ...integerTypes,
  singleType,
  doubleType,
  decimalType,
  mathType,
  randomType,
  bitConverterType,
  ...exceptionTypes,
  ...tupleTypes,
  versionType,
  environmentType,
  stringBuilderType,
  stringComparerType,
  convertType,
  guidType,
  ...encodingTypes,
  webUtilityType,
  ...ipTypes,
  uriType,
  uriBuilderType,
]
