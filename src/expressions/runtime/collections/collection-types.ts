import type { DefinedType } from '../../types/define-type.ts'
import { linqTypes } from '../linq/linq-types.ts'
import { regexTypes } from '../regex/regex-types.ts'
import { array } from './array-type.ts'
import { comparerTypes } from './comparer-types.ts'
import { collectionDelegates } from './delegate-types.ts'
import { dictionaryTypeList } from './dictionary-type.ts'
import { enumeratorTypes } from './enumerator.ts'
import { interfaceTypes } from './interfaces.ts'
import { keyValuePair } from './key-value-pair.ts'
import { linkedListTypes } from './linked-list.ts'
import { list } from './list-type.ts'
import { queue, stack } from './queue-stack.ts'
import { readOnlyCollection } from './read-only-list.ts'
import { setTypes } from './set-types.ts'
import { sortedTypes } from './sorted-types.ts'

/** Arrays, collections, LINQ and regular expressions. */
export const collectionTypes: readonly DefinedType[] = [
  ...collectionDelegates,
  ...enumeratorTypes,
  ...interfaceTypes,
  ...comparerTypes,
  array,
  keyValuePair,
  list,
  readOnlyCollection,
  ...dictionaryTypeList,
  ...setTypes,
  ...sortedTypes,
  ...linkedListTypes,
  queue,
  stack,
  ...linqTypes,
  ...regexTypes,
]
