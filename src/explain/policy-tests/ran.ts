import type { TraceEntry } from '../../policies/trace/tracer.ts'
import type { PolicyTest } from './policy-test.ts'

/** Which policies should have run and did not, or the other way round. A policy is named by its element, its id or its path. */
export function ranDifferences({ expect }: PolicyTest, entries: readonly TraceEntry[]): readonly string[] {
  const names = new Set(entries.flatMap(({ place: { policy, policyId, path } }) => [policy, policyId, path]))
  return [
    ...expect.ran.filter(name => !names.has(name)).map(name => `policy ${name}: expected to run, and it did not`),
    ...expect.notRan.filter(name => names.has(name)).map(name => `policy ${name}: expected not to run, and it did`),
  ]
}
