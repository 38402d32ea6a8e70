import { dirname, join } from 'node:path'
import type { ApiType, Operation, OperationResponse, Representation } from '../../catalog/catalog.ts'
import { nestedEntry } from '../environment.ts'
import { didYouMean } from '../near-names.ts'
import { startOf } from '../report.ts'
import { normalizedName } from '../specification/operation-name.ts'
import { readSpecification, type SpecifiedOperation } from '../specification/read-specification.ts'
import { jsonText, valueOfNode } from '../specification/sample-value.ts'
import { templateShape } from '../specification/url-template.ts'
import { type Fields, fieldsOf } from '../text/fields.ts'
import { memberOf, type TextNode } from '../text/text-node.ts'
import { type Artifact, type ArtifactSource, readPolicy } from './artifact-source.ts'
import { nameIndex } from './resource-id.ts'
import type { SpecificationFile } from './specification-file.ts'

/** An API's operations: those of its specification, then what its `operations` folder says of each, or adds. */
export async function readOperations(
  source: ArtifactSource,
  api: Artifact,
  specification: SpecificationFile,
  type: ApiType,
): Promise<readonly Operation[]> {
  const folder = join(dirname(api.file), 'operations')
  const isOData = type === 'odata' && specification.openApi === undefined
  const specified = isOData ? [anyCall(api)] : await specifiedOperations(source, api, specification)
  const described = await describedOperations(source, folder, specified)
  const operations = new Map([...specified, ...described].map(({ operation }) => [operation.name.toLowerCase(), operation]))
  const policies = await operationPolicies(source, api, folder, [...operations.values()])
  return [...operations].map(([key, operation]) => {
    const policy = policies.get(key)
    return policy === undefined ? operation : { ...operation, policy }
  })
}

/** An OData service's paths come of its metadata and of the keys that callers name: they are not listed. */
function anyCall({ at }: Artifact): SpecifiedOperation {
  return { at, operation: { name: 'odata', displayName: 'OData', method: '*', urlTemplate: '/*', responses: [] } }
}

async function specifiedOperations(
  source: ArtifactSource,
  api: Artifact,
  { openApi }: SpecificationFile,
): Promise<readonly SpecifiedOperation[]> {
  if (openApi !== undefined) {
    const root = await source.files.object(openApi)
    return root === undefined ? [] : readSpecification(root, source.report)
  }
  if (await source.files.hasFolder(join(dirname(api.file), 'operations'))) return []
  const message = `the API '${api.name}' has no specification, so it has no operations and answers 404`
  source.report.warning(api.at, 'specification.missing', message, 'add specification.yaml or specification.json beside this file')
  return []
}

/** Operations that a folder describes itself (`operationInformation.json`), as a hand-written layout may. */
async function describedOperations(
  source: ArtifactSource,
  folder: string,
  specified: readonly SpecifiedOperation[],
): Promise<readonly SpecifiedOperation[]> {
  const found: SpecifiedOperation[] = []
  const shapes = new Map(specified.map(({ operation }) => [shapeOf(operation), operation.name]))
  for (const name of await source.files.folders(folder)) {
    const root = await source.files.object(join(folder, name, 'operationInformation.json'))
    const properties = memberOf(root, 'properties')
    if (root === undefined || properties?.kind !== 'object') continue
    const fields = fieldsOf(properties, source.report)
    const method = fields.requiredText('method')?.toUpperCase()
    const urlTemplate = fields.requiredText('urlTemplate')
    if (method === undefined || urlTemplate === undefined) continue
    const shape = shapeOf({ method, urlTemplate })
    const twin = shapes.get(shape)
    if (twin !== undefined && twin.toLowerCase() !== name.toLowerCase()) {
      source.report.error(root.at, 'route.duplicate', `'${name}' takes the same calls as '${twin}'`)
    }
    shapes.set(shape, name)
    const operation = {
      name,
      displayName: fields.text('displayName') ?? name,
      method,
      urlTemplate,
      responses: armResponses(fields),
    }
    found.push({ at: root.at, operation })
  }
  return found
}

const shapeOf = ({ method, urlTemplate }: Pick<Operation, 'method' | 'urlTemplate'>) => `${method} ${templateShape(urlTemplate)}`

function armResponses(fields: Fields): readonly OperationResponse[] {
  return fields.list('responses').flatMap(response => {
    const statusCode = response.whole('statusCode', { min: 100, max: 599 })
    return statusCode === undefined
      ? []
      : [{ statusCode, representations: response.list('representations').flatMap(armRepresentation) }]
  })
}

function armRepresentation(fields: Fields): readonly Representation[] {
  const contentType = fields.requiredText('contentType')
  const examples = memberOf(fields.node, 'examples')
  const [first] = examples?.kind === 'object' ? examples.members.values() : []
  const sample = fields.text('sample') ?? exampleText(memberOf(first?.value, 'value'))
  return contentType === undefined ? [] : [{ contentType, ...(sample === undefined ? {} : { sample }) }]
}

function exampleText(node: TextNode | undefined): string | undefined {
  if (node === undefined) return undefined
  return node.kind === 'scalar' && typeof node.value === 'string' ? node.value : jsonText(valueOfNode(node))
}

/** Policy of each operation, by its name in lower case. A folder that names no operation is a fault: its policy would guard nothing. */
async function operationPolicies(source: ArtifactSource, api: Artifact, folder: string, operations: readonly Operation[]) {
  const names = nameIndex(operations.map(operation => operation.name))
  const normalized = new Map(operations.map(operation => [normalizedName(operation.name), operation.name]))
  const policies = new Map<string, NonNullable<Operation['policy']>>()
  for (const name of await source.files.folders(folder)) {
    const file = join(folder, name, 'policy.xml')
    const policy = await readPolicy(source, file, nestedEntry(api.override, 'operations', name))
    if (policy === undefined) continue
    const operation = names.find(name) ?? normalized.get(normalizedName(name))
    if (operation !== undefined) policies.set(operation.toLowerCase(), policy)
    else {
      const message = `the API '${api.name}' has no operation '${name}', so this policy would guard nothing`
      source.report.error(startOf(file), 'operation.unknown', message, didYouMean(name, names.names))
    }
  }
  return policies
}
