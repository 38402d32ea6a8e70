import type { DefinedType } from '../../types/define-type.ts'
import { cryptoTypes } from './crypto/crypto-types.ts'
import { jsonTypes } from './json/json-types.ts'
import { xmlTypes } from './xml/xml-types.ts'
import { domTypes } from './xmldom/dom-types.ts'
import { readerTypes } from './xmldom/reader-types.ts'

/** Newtonsoft.Json(.Linq), System.Xml(.Linq) and System.Security.Cryptography. */
export const dataTypes: readonly DefinedType[] = [...jsonTypes, ...xmlTypes, ...cryptoTypes, ...domTypes, ...readerTypes]
