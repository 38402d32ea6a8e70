import type { OperationParameter } from '../../catalog/catalog.ts'
import { faultOfValues, type ValueFault } from './parameter-values.ts'
import type { Definitions } from './schema-validator.ts'
import type { Action, ValidationError } from './validation-errors.ts'

/** The values that a message has under names of one kind, and what may stand there. */
export interface Named {
  readonly type: 'QueryParameter' | 'PathParameter' | 'RequestHeader' | 'ResponseHeader'
  readonly sent: ReadonlyMap<string, readonly string[]>
  readonly specified: readonly Pick<OperationParameter, 'name' | 'required' | 'schema' | 'separator'>[]
  readonly definitions: Definitions
  /** Names that are never unspecified, such as the subscription key's; lower case. */
  readonly known: ReadonlySet<string>
  actionFor(name: string, isSpecified: boolean): Action
}

const words = {
  QueryParameter: 'query parameter',
  PathParameter: 'path parameter',
  RequestHeader: 'header',
  ResponseHeader: 'header',
} as const

/** Names are compared without case. */
export function validateNamed({ type, sent, specified, definitions, known, actionFor }: Named): readonly ValidationError[] {
  const word = words[type]
  const sentBy = new Map([...sent].map(([name, texts]) => [name.toLowerCase(), texts]))
  const named = new Map(specified.map(one => [one.name.toLowerCase(), one]))
  const error = (
    name: string,
    rule: ValidationError['rule'],
    taken: 'prevent' | 'detect',
    details: string,
    tell = details,
  ): ValidationError => ({
    name,
    type,
    rule,
    details,
    action: taken,
    ...(type === 'ResponseHeader' || rule === 'ValidationError' ? {} : { publicMessage: tell }),
  })
  const unspecified = [...sent.keys()].flatMap(name => {
    const key = name.toLowerCase()
    const taken = named.has(key) || known.has(key) ? 'ignore' : actionFor(name, false)
    const shown = name.slice(0, 200)
    return taken === 'ignore' ? [] : [error(shown, 'Unspecified', taken, `Unspecified ${word} ${shown} is not allowed.`)]
  })
  const wrong = specified.flatMap(one => {
    const taken = actionFor(one.name, true)
    if (taken === 'ignore') return []
    const texts = sentBy.get(one.name.toLowerCase())
    if (texts === undefined)
      return one.required ? [error(one.name, 'IncorrectMessage', taken, `Required ${word} ${one.name} is missing.`)] : []
    const fault = faultOfValues(texts, one, definitions)
    return fault === undefined
      ? []
      : [error(one.name, ruleOf(fault), taken, detailsOf(fault, word, one.name, type === 'ResponseHeader'))]
  })
  return [...unspecified, ...wrong]
}

const ruleOf = ({ kind }: ValueFault) => (kind === 'unsound' ? 'ValidationError' : 'IncorrectMessage')

function detailsOf(fault: ValueFault, word: string, name: string, isResponse: boolean): string {
  switch (fault.kind) {
    case 'several':
      return `${isResponse ? 'Response' : 'Request'} cannot contain multiple values for the ${word} ${name}.`
    case 'unparsed':
      return `Value of the ${word} ${name} cannot be parsed according to the definition. ${fault.message}`
    case 'misfit':
      return `Value of the ${word} ${name} does not conform to the definition. ${fault.message}`
    case 'unsound':
      return `${word[0]?.toUpperCase()}${word.slice(1)} ${name} cannot be validated. ${fault.message}`
  }
}
