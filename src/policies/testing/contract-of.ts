import type { OperationContract } from '../../catalog/catalog.ts'
import { createReport } from '../../workspace/report.ts'
import { readSpecification } from '../../workspace/specification/read-specification.ts'
import { readYaml } from '../../workspace/text/read-yaml.ts'

/** The contract of the first operation of an OpenAPI document, read as a workspace's is. Throws when it has faults. */
export function contractOf(text: string): OperationContract {
  const report = createReport()
  const root = readYaml('specification.yaml', text, report)
  const [first] = root?.kind === 'object' ? readSpecification(root, report) : []
  const { contract } = first?.operation ?? {}
  if (contract === undefined || report.diagnostics.length > 0)
    throw new Error(`no sound operation: ${JSON.stringify(report.diagnostics)}`)
  return contract
}
