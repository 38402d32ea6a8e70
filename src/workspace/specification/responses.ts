import type { OperationResponse, Representation } from '../../catalog/catalog.ts'
import { memberOf, type ObjectNode, type TextNode, textOf } from '../text/text-node.ts'
import type { Resolve } from './reference.ts'
import { jsonText, type SampleValue, valueOfNode } from './sample-value.ts'
import { sampleOfSchema } from './schema-sample.ts'

/**
 * The responses of an operation that have a number; `default` and `2XX` name no status to mock. `produces` are the media types of
 * Swagger 2.0, where a response has one schema for all of them.
 */
export function responsesOf(operation: ObjectNode, produces: readonly string[], resolve: Resolve): readonly OperationResponse[] {
  const responses = memberOf(operation, 'responses')
  if (responses?.kind !== 'object') return []
  return [...responses.members].flatMap(([code, { value }]) => {
    const statusCode = /^[1-5][0-9][0-9]$/.test(code) ? Number(code) : undefined
    const response = resolve(value)
    if (statusCode === undefined || response === undefined) return []
    return [{ statusCode, representations: representationsOf(response, produces, resolve) }]
  })
}

function representationsOf(response: TextNode, produces: readonly string[], resolve: Resolve): readonly Representation[] {
  const content = memberOf(response, 'content')
  if (content?.kind === 'object') {
    return [...content.members].map(([type, { value }]) =>
      representation(type, givenExample(value, resolve), memberOf(value, 'schema'), resolve),
    )
  }
  const examples = memberOf(response, 'examples')
  const schema = memberOf(response, 'schema')
  const exampled = examples?.kind === 'object' ? [...examples.members.keys()] : []
  const types = schema === undefined ? exampled : [...new Set([...produces, ...exampled])]
  return types.map(type => representation(type, memberOf(examples, type), schema, resolve))
}

/** `example`, or the value of the first of `examples` (OpenAPI 3). */
function givenExample(media: TextNode, resolve: Resolve): TextNode | undefined {
  const examples = memberOf(media, 'examples')
  const [first] = examples?.kind === 'object' ? examples.members.values() : []
  return memberOf(media, 'example') ?? memberOf(resolve(first?.value), 'value')
}

function representation(
  contentType: string,
  example: TextNode | undefined,
  schema: TextNode | undefined,
  resolve: Resolve,
): Representation {
  const value = example === undefined ? madeValue(contentType, schema, resolve) : valueOfNode(example)
  const sample = value === undefined ? undefined : sampleText(contentType, value)
  return { contentType, ...(sample === undefined ? {} : { sample }) }
}

function madeValue(contentType: string, schema: TextNode | undefined, resolve: Resolve): SampleValue | undefined {
  if (schema === undefined) return undefined
  return isJson(contentType) || textOf(memberOf(resolve(schema), 'type')) === 'string'
    ? sampleOfSchema(schema, resolve)
    : undefined
}

const isJson = (contentType: string) => /^[^;]*[/+]json\b/i.test(contentType)

/** Text stays as it is written (an export writes JSON samples as text); structure is written as JSON, and only for JSON. */
function sampleText(contentType: string, value: SampleValue): string | undefined {
  if (!isJson(contentType)) return typeof value === 'object' ? undefined : String(value)
  return typeof value === 'string' && isJsonText(value) ? value : jsonText(value)
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
