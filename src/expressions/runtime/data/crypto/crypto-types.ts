import type { DefinedType } from '../../../types/define-type.ts'
import { certificateTypes } from './certificate-types.ts'
import { hashTypes } from './hash-types.ts'
import { rsaTypes } from './rsa-types.ts'
import { symmetricTypes } from './symmetric-types.ts'

/** System.Security.Cryptography and its X509Certificates. */
export const cryptoTypes: readonly DefinedType[] = [...hashTypes, ...symmetricTypes, ...rsaTypes, ...certificateTypes]
