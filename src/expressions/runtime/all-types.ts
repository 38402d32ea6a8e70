import type { DefinedType } from '../types/define-type.ts'
import { collectionTypes } from './collections/collection-types.ts'
import { dataTypes } from './data/data-types.ts'
import { primitiveTypes } from './primitives/primitive-types.ts'

/** Every .NET type that expressions may use, besides the tuples of the language (types/value-tuple.ts). */
export const allTypes: readonly DefinedType[] = [...primitiveTypes, ...collectionTypes, ...dataTypes]
