import { allTypes } from './runtime/all-types.ts'
import { binderException } from './types/binder-exception.ts'
import { registerTypes, standardTypes, type TypeSpace } from './types/registry.ts'
import { valueTuples } from './types/value-tuple.ts'

let filled = false

/** The space of all .NET types that expressions may use; filled on first use. */
export function standardSpace(): TypeSpace {
  if (filled) return standardTypes
  registerTypes([...valueTuples, binderException])
  registerTypes(allTypes)
  filled = true
  return standardTypes
}
