import type { JsonSchema, OperationParameter } from '../../catalog/catalog.ts'
import { type Definitions, validatorFor } from './schema-validator.ts'

type Described = Pick<OperationParameter, 'schema' | 'separator'>

/** What is wrong with a parameter's or header's values; undefined when nothing is. No value is quoted. */
export function faultOfValues(
  texts: readonly string[],
  { schema, separator }: Described,
  definitions: Definitions,
): ValueFault | undefined {
  if (schema === undefined) return undefined
  const type = typeOf(schema, definitions)
  if (type === 'array')
    return validated(
      schema,
      itemsOf(texts, separator).map(one => valueFor(one, itemSchema(schema, definitions), definitions)),
      definitions,
    )
  // how an object stands in text is told by styles that nobody checks here
  if (type === 'object') return undefined
  if (texts.length > 1) return { kind: 'several' }
  return validated(schema, valueFor(texts[0] ?? '', schema, definitions), definitions)
}

export type ValueFault =
  | { readonly kind: 'several' }
  | { readonly kind: 'unparsed'; readonly message: string }
  | { readonly kind: 'misfit'; readonly message: string }
  | { readonly kind: 'unsound'; readonly message: string }

/** A text that is no value of the wanted type. */
class Unparsed {
  readonly wanted: string

  constructor(wanted: string) {
    this.wanted = wanted
  }
}

function validated(schema: JsonSchema, value: unknown, definitions: Definitions): ValueFault | undefined {
  const failed = [value].flat().find(one => one instanceof Unparsed)
  if (failed !== undefined) return { kind: 'unparsed', message: `It is no ${failed.wanted}.` }
  const verdict = validatorFor(definitions).validate(schema, value)
  return verdict.kind === 'fits' ? undefined : verdict
}

function itemsOf(texts: readonly string[], separator: Described['separator']): readonly string[] {
  return separator === 'multi' ? texts : texts.flatMap(text => text.split(separator))
}

/** The text as the schema's type; without a type that a text could have, the text. */
function valueFor(text: string, schema: JsonSchema, definitions: Definitions): unknown {
  switch (typeOf(schema, definitions)) {
    case 'integer':
      return /^[+-]?\d{1,30}$/.test(text) ? Number(text) : new Unparsed('whole number')
    case 'number':
      return /^[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})(e[+-]?\d{1,4})?$/i.test(text) ? Number(text) : new Unparsed('number')
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : new Unparsed('truth value')
    default:
      return text
  }
}

const longestChain = 32

/** The one type that the schema names, behind references and beside null; undefined when there are several or none. */
function typeOf(schema: JsonSchema, definitions: Definitions): string | undefined {
  const target = followed(schema, definitions)
  if (typeof target === 'boolean') return undefined
  const types = [target.type].flat().filter(type => type !== 'null')
  return types.length === 1 && typeof types[0] === 'string' ? types[0] : undefined
}

function itemSchema(schema: JsonSchema, definitions: Definitions): JsonSchema {
  const target = followed(schema, definitions)
  // schemasOf (workspace/specification) puts a schema there
  return typeof target === 'boolean' ? true : ((target.items ?? true) as JsonSchema)
}

/** Behind references, and out of the pair with null that a nullable schema is. */
function followed(schema: JsonSchema, definitions: Definitions): JsonSchema {
  let target = schema
  for (let step = 0; step < longestChain && typeof target === 'object'; step++) {
    const { $ref: reference, anyOf } = target
    const only = nonNull(anyOf)
    if (typeof reference === 'string') target = definitions[reference.slice(reference.lastIndexOf('/') + 1)] ?? true
    else if (only !== undefined) target = only
    else break
  }
  return target
}

function nonNull(anyOf: unknown): JsonSchema | undefined {
  // as above: a list of schemas
  const choices = (Array.isArray(anyOf) ? (anyOf as JsonSchema[]) : []).filter(
    one => typeof one === 'boolean' || one.type !== 'null',
  )
  return choices.length === 1 ? choices[0] : undefined
}
