import type { PolicyPlace } from '../../policies/trace/tracer.ts'
import { didYouMean } from '../../workspace/near-names.ts'
import type { Report } from '../../workspace/report.ts'
import type { PolicyTest } from './policy-test.ts'

/**
 * What a test may call a policy, or a branch: its element, its `id`, its path; the path also behind its section, or behind scope and section, which tells
 * apart what has the same path in several documents.
 */
function namesOf({ policy, policyId, path, section, scope }: PolicyPlace): readonly string[] {
  const names = [policy, path, `${section}/${path}`, `${scope}/${section}/${path}`]
  return policyId === '' ? names : [...names, policyId]
}

/** Which policies and branches should have run and did not, or the other way round. `passed`: those that ran. */
export function ranDifferences({ expect }: PolicyTest, passed: readonly PolicyPlace[]): readonly string[] {
  const names = new Set(passed.flatMap(namesOf))
  return [
    ...expect.ran.filter(({ name }) => !names.has(name)).map(({ name }) => `policy ${name}: expected to run, and it did not`),
    ...expect.notRan.filter(({ name }) => names.has(name)).map(({ name }) => `policy ${name}: expected not to run, and it did`),
  ]
}

/** A policy that stands nowhere never runs: a test that says so would pass for its slip of the pen. `places`: all that can run. */
export function reportUnknownPolicies(tests: readonly PolicyTest[], places: readonly PolicyPlace[], report: Report): void {
  const names = new Set(places.flatMap(namesOf))
  const short = new Set(
    places.flatMap(({ policy, policyId, path }) => (policyId === '' ? [policy, path] : [policyId, policy, path])),
  )
  for (const { name, at } of tests.flatMap(({ expect }) => [...expect.ran, ...expect.notRan]))
    if (!names.has(name))
      report.error(at, 'reference.unknown', `no policy or branch of the workspace is called '${name}'`, didYouMean(name, short))
}
