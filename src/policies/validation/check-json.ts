import type { JsonSchema } from '../../catalog/catalog.ts'
import { createReport } from '../../workspace/report.ts'
import { readJson } from '../../workspace/text/read-json.ts'
import { memberOf, type TextNode } from '../../workspace/text/text-node.ts'
import { type BodyCheck, incorrectBody, unvalidatedBody } from './body-check.ts'
import { SameName, valueFolded } from './fold-names.ts'
import { type Definitions, validatorFor } from './schema-validator.ts'
import type { ValidationError } from './validation-errors.ts'

export interface JsonCheck extends BodyCheck {
  readonly definitions: Definitions
  /** What the policy says of additional properties. */
  readonly allow: boolean | undefined
  /** Whether names of properties are compared without case. */
  readonly anyCase: boolean
}

/** Whether a body is JSON that fits its schema. */
export function checkJson(
  text: string | undefined,
  schema: JsonSchema | undefined,
  check: JsonCheck,
): readonly ValidationError[] {
  if (schema === undefined)
    return [
      { name: '', type: 'ApiSchema', rule: '', details: "API's schema does not specify definitions.", action: check.action },
    ]
  const named = { ...check, definition: check.definition ?? nameOf(schema) }
  const parsed = text === undefined ? undefined : parse(text)
  if (text === undefined || parsed === undefined)
    return [incorrectBody(named, `It is no JSON.${text === undefined ? '' : syntaxPlace(text)}`)]
  const value = check.anyCase ? valueFolded(parsed.value) : parsed.value
  if (value instanceof SameName)
    return [incorrectBody(named, `Two properties differ in case alone (${value.name.slice(0, 100)}).`)]
  const verdict = validatorFor(check.definitions, check.allow, check.anyCase).validate(schema, value)
  if (verdict.kind === 'fits') return []
  if (verdict.kind === 'unsound') return [unvalidatedBody(check, verdict.message)]
  return [incorrectBody(named, verdict.message + placeOf(text, verdict.path ?? '', check.anyCase))]
}

function nameOf(schema: JsonSchema): string | undefined {
  const reference = typeof schema === 'object' ? schema.$ref : undefined
  return typeof reference === 'string' ? reference.slice(reference.lastIndexOf('/') + 1) : undefined
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

const written = ({ line, column }: { readonly line: number; readonly column: number }) => ` Line: ${line}, Position: ${column}`

function syntaxPlace(text: string): string {
  const report = createReport()
  readJson('', text, report)
  const [fault] = report.diagnostics
  return fault === undefined ? '' : written(fault)
}

/** Where the value that does not fit begins. The text is read again for it, only now that it is known to be wrong. */
function placeOf(text: string, pointer: string, anyCase: boolean): string {
  let node: TextNode | undefined = readJson('', text, createReport())
  for (const raw of pointer.split('/').slice(1)) {
    const key = raw.replaceAll('~1', '/').replaceAll('~0', '~')
    node = node?.kind === 'list' ? node.items[Number(key)] : anyCase ? memberInAnyCase(node, key) : memberOf(node, key)
  }
  return node === undefined ? '' : written(node.at)
}

function memberInAnyCase(node: TextNode | undefined, key: string): TextNode | undefined {
  const found = node?.kind === 'object' ? [...node.members].find(([name]) => name.toLowerCase() === key) : undefined
  return found?.[1].value
}
