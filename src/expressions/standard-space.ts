import { allTypes } from './runtime/all-types.ts'
import { coreTypes } from './types/core-types.ts'
import { registerTypes, standardTypes, type TypeSpace } from './types/registry.ts'

let filled = false

/** The space of all .NET types that expressions may use; filled on first use. */
export function standardSpace(): TypeSpace {
  if (filled) return standardTypes
  registerTypes(coreTypes)
  registerTypes(allTypes)
  filled = true
  return standardTypes
}
