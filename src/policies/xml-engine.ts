import type { XmlSchemaSet } from '../catalog/schema-document.ts'
import type { XmlVerdict } from '../workspace/schemas/xml-schema.ts'
import type { Transformed } from './transform/xslt/xslt-processor.ts'

/**
 * Work on a caller's XML that can take long: it is done off the thread that serves calls, within bounds of time, memory and queue. Neither rejects;
 * what could not be done says so.
 */
export interface XmlEngine {
  transform(stylesheet: string, document: string, parameters: readonly (readonly [string, string])[]): Promise<Transformed>
  validate(schemas: XmlSchemaSet, document: string, form: 'document' | 'soap'): Promise<XmlVerdict>
}
