import type { XmlSchemaSet } from '../../catalog/schema-document.ts'
import type { XmlFault } from '../../workspace/schemas/xml-schema.ts'
import type { XmlEngine } from '../xml-engine.ts'
import { type BodyCheck, incorrectBody, unvalidatedBody } from './body-check.ts'
import type { ValidationError } from './validation-errors.ts'

/** Whether a body is XML, or a SOAP envelope around XML, that fits its schemas. Each misfit that the validator finds is an error of its own. */
export async function checkXml(
  text: string,
  schemas: XmlSchemaSet,
  form: 'xml' | 'soap',
  check: BodyCheck,
  engine: XmlEngine,
): Promise<readonly ValidationError[]> {
  const verdict = await engine.validate(schemas, text, form === 'soap' ? 'soap' : 'document')
  if (verdict.kind === 'fits') return []
  if (verdict.kind === 'misfit') return verdict.faults.map(fault => incorrectBody(check, placed(fault)))
  return [unvalidatedBody(check, verdict.faults[0]?.message ?? '')]
}

const placed = ({ message, line, column }: XmlFault) => (line === 0 ? message : `${message} Line: ${line}, Position: ${column}`)
