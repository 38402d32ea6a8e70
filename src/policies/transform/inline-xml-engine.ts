import type { XmlSchemaSet } from '../../catalog/schema-document.ts'
import { XmlSchemas, type XmlVerdict } from '../../workspace/schemas/xml-schema.ts'
import type { XmlEngine } from '../xml-engine.ts'
import { type Transformed, XsltProcessor } from './xslt/xslt-processor.ts'

/** Does the work where it is called: on a thread of its own that somebody watches (gateway/xml), or in tests. */
export class InlineXmlEngine implements XmlEngine {
  readonly #processor = new XsltProcessor()

  async transform(
    stylesheet: string,
    document: string,
    parameters: readonly (readonly [string, string])[],
  ): Promise<Transformed> {
    return this.#processor.transform(stylesheet, document, parameters)
  }

  async validate(schemas: XmlSchemaSet, document: string, form: 'document' | 'soap'): Promise<XmlVerdict> {
    return (await XmlSchemas.load()).validate(schemas, document, form)
  }
}
