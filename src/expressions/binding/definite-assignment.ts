import type { Faults } from '../syntax/faults.ts'
import type { BoundStatement } from './bound.ts'

/** Reports locals that may be read before they are assigned (C# 7 §10.4). */
export function checkAssignments(_faults: Faults, _body: BoundStatement): void {}
