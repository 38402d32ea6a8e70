import type { MediaSchema, OperationContract, OperationParameter, ResponseContract } from '../../catalog/catalog.ts'
import { memberOf, type ObjectNode, type TextNode, textOf } from '../text/text-node.ts'
import type { Resolve } from './reference.ts'
import type { Schemas } from './schemas.ts'

export interface ContractParts {
  readonly pathItem: ObjectNode
  readonly operation: ObjectNode
  /** Swagger 2.0's media types, the document's own or the operation's. */
  readonly consumes: readonly string[]
  readonly produces: readonly string[]
}

/** What a specification says of an operation's calls, OpenAPI 3 or Swagger 2.0. */
export function contractOf(
  { pathItem, operation, consumes, produces }: ContractParts,
  resolve: Resolve,
  schemas: Schemas,
): OperationContract {
  const nodes = parametersOf(pathItem, operation, resolve)
  const requestBody = bodyOf(resolve(memberOf(operation, 'requestBody')), nodes, consumes, schemas)
  return {
    parameters: nodes.flatMap(node => parameterOf(node, schemas)),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: responsesOf(operation, produces, resolve, schemas),
    definitions: schemas.definitions,
  }
}

/** An operation's own parameter replaces the path's of the same name and place. */
function parametersOf(pathItem: ObjectNode, operation: ObjectNode, resolve: Resolve): readonly TextNode[] {
  const found = new Map<string, TextNode>()
  for (const item of [...itemsOf(memberOf(pathItem, 'parameters')), ...itemsOf(memberOf(operation, 'parameters'))]) {
    const node = resolve(item)
    if (node !== undefined) found.set(`${textOf(memberOf(node, 'in'))} ${textOf(memberOf(node, 'name'))}`, node)
  }
  return [...found.values()]
}

function parameterOf(node: TextNode, schemas: Schemas): OperationParameter[] {
  const name = textOf(memberOf(node, 'name'))
  const place = textOf(memberOf(node, 'in'))
  if (name === undefined || (place !== 'path' && place !== 'query' && place !== 'header')) return []
  return [
    { name, in: place, required: place === 'path' || isTrue(memberOf(node, 'required')), ...schemaAndForm(node, place, schemas) },
  ]
}

/** OpenAPI 3 has the schema under `schema`, Swagger 2.0 has its keywords in the parameter itself. */
function schemaAndForm(
  node: TextNode,
  place: OperationParameter['in'],
  schemas: Schemas,
): Pick<OperationParameter, 'schema' | 'separator'> {
  const own = memberOf(node, 'schema')
  const isSwagger = own === undefined && memberOf(node, 'type') !== undefined
  const schema = schemas.read(isSwagger ? node : own)
  return { ...(schema === undefined ? {} : { schema }), separator: isSwagger ? swaggerSeparator(node) : separatorOf(node, place) }
}

function swaggerSeparator(node: TextNode): OperationParameter['separator'] {
  const formats = { ssv: ' ', tsv: '\t', pipes: '|', multi: 'multi' } as const
  const format = textOf(memberOf(node, 'collectionFormat'))
  return format === 'ssv' || format === 'tsv' || format === 'pipes' || format === 'multi' ? formats[format] : ','
}

/** OpenAPI 3's `style` and `explode`: in a query each value stands alone unless told otherwise. */
function separatorOf(node: TextNode, place: OperationParameter['in']): OperationParameter['separator'] {
  const style = textOf(memberOf(node, 'style'))
  const explode = memberOf(node, 'explode')
  if (place !== 'query') return ','
  if (style === 'spaceDelimited') return ' '
  if (style === 'pipeDelimited') return '|'
  return explode?.kind === 'scalar' && explode.value === false ? ',' : 'multi'
}

function bodyOf(
  body: TextNode | undefined,
  parameters: readonly TextNode[],
  consumes: readonly string[],
  schemas: Schemas,
): OperationContract['requestBody'] | undefined {
  if (body !== undefined)
    return { required: isTrue(memberOf(body, 'required')), content: contentOf(memberOf(body, 'content'), schemas) }
  const inBody = parameters.find(node => textOf(memberOf(node, 'in')) === 'body')
  if (inBody === undefined) return undefined
  const schema = schemas.read(memberOf(inBody, 'schema'))
  const types = consumes.length > 0 ? consumes : ['application/json']
  return {
    required: isTrue(memberOf(inBody, 'required')),
    content: types.map(contentType => ({ contentType, ...(schema === undefined ? {} : { schema }) })),
  }
}

function contentOf(content: TextNode | undefined, schemas: Schemas): readonly MediaSchema[] {
  if (content?.kind !== 'object') return []
  return [...content.members].map(([contentType, { value }]) => {
    const schema = schemas.read(memberOf(value, 'schema'))
    return { contentType, ...(schema === undefined ? {} : { schema }) }
  })
}

/** Those with a number: `default` and `2XX` name no status. */
function responsesOf(
  operation: ObjectNode,
  produces: readonly string[],
  resolve: Resolve,
  schemas: Schemas,
): readonly ResponseContract[] {
  const responses = memberOf(operation, 'responses')
  if (responses?.kind !== 'object') return []
  return [...responses.members].flatMap(([code, { value }]) => {
    const response = resolve(value)
    if (!/^[1-5][0-9][0-9]$/.test(code) || response === undefined) return []
    return [
      {
        statusCode: Number(code),
        headers: headersOf(response, resolve, schemas),
        content: responseContent(response, produces, schemas),
      },
    ]
  })
}

function responseContent(response: TextNode, produces: readonly string[], schemas: Schemas): readonly MediaSchema[] {
  const content = memberOf(response, 'content')
  if (content !== undefined) return contentOf(content, schemas)
  const schema = schemas.read(memberOf(response, 'schema'))
  return schema === undefined ? [] : produces.map(contentType => ({ contentType, schema }))
}

function headersOf(response: TextNode, resolve: Resolve, schemas: Schemas): ResponseContract['headers'] {
  const headers = memberOf(response, 'headers')
  if (headers?.kind !== 'object') return []
  return [...headers.members].flatMap(([name, { value }]) => {
    const header = resolve(value)
    return header === undefined
      ? []
      : [{ name, required: isTrue(memberOf(header, 'required')), ...schemaAndForm(header, 'header', schemas) }]
  })
}

const isTrue = (node: TextNode | undefined) => node?.kind === 'scalar' && node.value === true

const itemsOf = (node: TextNode | undefined): readonly TextNode[] => (node?.kind === 'list' ? node.items : [])
