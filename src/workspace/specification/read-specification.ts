import type { Operation } from '../../catalog/catalog.ts'
import type { Report } from '../report.ts'
import { memberOf, type ObjectNode, type Place, type TextNode, textOf } from '../text/text-node.ts'
import { contractOf } from './contract.ts'
import { operationName, uniqueNames } from './operation-name.ts'
import { type Resolve, referenceResolver } from './reference.ts'
import { responsesOf } from './responses.ts'
import { schemasOf } from './schemas.ts'
import { templateShape, withQuery } from './url-template.ts'

/** An operation with the place of its method in the specification, for faults that concern it. */
export interface SpecifiedOperation {
  readonly operation: Operation
  readonly at: Place
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const

/** Operations of an OpenAPI 3.0 or 3.1 or a Swagger 2.0 document, as API Management would import them. */
export function readSpecification(root: ObjectNode, report: Report): readonly SpecifiedOperation[] {
  if (!isSupported(root, report)) return []
  const resolve = referenceResolver(root, report)
  const unique = uniqueNames()
  const schemas = schemasOf(root)
  const rootTypes = { consumes: textsIn(memberOf(root, 'consumes')), produces: textsIn(memberOf(root, 'produces')) }
  const shapes = new Map<string, Place>()
  const operations: SpecifiedOperation[] = []
  for (const found of operationsIn(root, resolve, report)) {
    const { method, path, pathItem, operation, at } = found
    const urlTemplate = withQuery(path, requiredQuery(found, resolve))
    const shape = `${method} ${templateShape(urlTemplate)}`
    const twin = shapes.get(shape)
    if (twin !== undefined) {
      report.error(at, 'route.duplicate', `${method} ${urlTemplate} takes the same calls as the operation in line ${twin.line}`)
    }
    shapes.set(shape, at)
    const operationId = textOf(memberOf(operation, 'operationId'))
    const name = unique(operationName(operationId, method, path))
    const typesOf = (key: 'consumes' | 'produces') => {
      const own = textsIn(memberOf(operation, key))
      return own.length > 0 ? own : rootTypes[key]
    }
    const [consumes, produces] = [typesOf('consumes'), typesOf('produces')]
    operations.push({
      at,
      operation: {
        name,
        displayName: textOf(memberOf(operation, 'summary')) ?? operationId ?? name,
        method,
        urlTemplate,
        responses: responsesOf(operation, produces, resolve),
        contract: contractOf({ pathItem, operation, consumes, produces }, resolve, schemas),
      },
    })
  }
  return operations
}

function isSupported(root: ObjectNode, report: Report): boolean {
  const version = memberOf(root, 'openapi') ?? memberOf(root, 'swagger')
  const text = textOf(version)
  if (text !== undefined && /^(3\.[01](\.|$)|2\.0$|2$)/.test(text)) return true
  const message =
    text === undefined ? "neither 'openapi' nor 'swagger' says which version this is" : `version '${text}' is not read`
  report.error(version?.at ?? root.at, 'specification.version', message, 'OpenAPI 3.0 and 3.1 and Swagger 2.0 are')
  return false
}

interface FoundOperation {
  readonly method: string
  readonly path: string
  readonly pathItem: ObjectNode
  readonly operation: ObjectNode
  readonly at: Place
}

function operationsIn(root: ObjectNode, resolve: Resolve, report: Report): readonly FoundOperation[] {
  const found: FoundOperation[] = []
  for (const section of ['paths', 'x-ms-paths']) {
    const paths = memberOf(root, section)
    if (paths !== undefined && paths.kind !== 'object' && !(paths.kind === 'scalar' && paths.value === null)) {
      report.error(paths.at, 'specification.invalid', `'${section}' should be an object`)
    }
    for (const [path, { keyAt, value }] of paths?.kind === 'object' ? paths.members : []) {
      if (path.startsWith('x-')) continue
      checkPath(path, keyAt, report)
      const pathItem = resolve(value)
      if (pathItem?.kind === 'object') found.push(...methodsOf(pathItem, path, report))
      else if (pathItem !== undefined)
        report.error(value.at, 'specification.invalid', `'${path}' should be an object with methods`)
    }
  }
  return found
}

function methodsOf(pathItem: ObjectNode, path: string, report: Report): readonly FoundOperation[] {
  return methods.flatMap(method => {
    const member = pathItem.members.get(method)
    if (member === undefined) return []
    if (member.value.kind === 'object') {
      return [{ method: method.toUpperCase(), path, pathItem, operation: member.value, at: member.keyAt }]
    }
    report.error(member.value.at, 'specification.invalid', `'${method}' of '${path}' should be an object`)
    return []
  })
}

function checkPath(path: string, at: Place, report: Report): void {
  if (!path.startsWith('/')) report.error(at, 'specification.invalid', `the path '${path}' should start with '/'`)
  if (!/^([^{}]|\{[^{}]+\})*$/.test(path)) report.error(at, 'specification.invalid', `the braces in '${path}' do not pair`)
  const names = [...path.matchAll(/\{([^{}]+)\}/g)].map(match => match[1])
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) report.error(at, 'specification.invalid', `the parameter '${twice}' stands twice in '${path}'`)
}

/** Names of query parameters that a call must have; an operation's own parameter replaces the path's of the same name. */
function requiredQuery({ pathItem, operation }: FoundOperation, resolve: Resolve): readonly string[] {
  const required = new Map<string, boolean>()
  for (const parameter of [...itemsOf(memberOf(pathItem, 'parameters')), ...itemsOf(memberOf(operation, 'parameters'))]) {
    const node = resolve(parameter)
    const name = textOf(memberOf(node, 'name'))
    if (name === undefined || textOf(memberOf(node, 'in')) !== 'query') continue
    const flag = memberOf(node, 'required')
    required.set(name, flag?.kind === 'scalar' && flag.value === true)
  }
  return [...required].filter(([, needed]) => needed).map(([name]) => name)
}

const itemsOf = (node: TextNode | undefined): readonly TextNode[] => (node?.kind === 'list' ? node.items : [])

const textsIn = (node: TextNode | undefined): readonly string[] => itemsOf(node).flatMap(item => textOf(item) ?? [])
