import { defineType } from '../../types/define-type.ts'
import { lookupType } from '../../types/registry.ts'
import { aggregation } from './aggregation.ts'
import { conversion } from './conversion.ts'
import { elementOperators } from './element-operators.ts'
import { grouping, groupingTypes } from './grouping.ts'
import { ordering } from './ordered.ts'
import { restriction } from './restriction.ts'
import { setOperators } from './set-operations.ts'

const enumerable = defineType('static class System.Linq.Enumerable', {
  ...restriction,
  ...ordering,
  ...grouping,
  ...setOperators,
  ...elementOperators,
  ...aggregation,
  ...conversion(() => lookupType('System.Int32')),
})

export const linqTypes = [...groupingTypes, enumerable]
