import type { XmlSchemaSet } from '../../catalog/schema-document.ts'
import type { Transformed } from '../../policies/transform/xslt/xslt-processor.ts'
import type { XmlVerdict } from '../../workspace/schemas/xml-schema.ts'

/** To the thread: one job at a time; a set of schemas goes before the first job that needs it. */
export type XmlJob =
  | {
      readonly type: 'transform'
      readonly stylesheet: string
      readonly document: string
      readonly parameters: readonly (readonly [string, string])[]
    }
  | { readonly type: 'validate'; readonly schemas: number; readonly document: string; readonly form: 'document' | 'soap' }

export type ToXmlThread = XmlJob | { readonly type: 'schemas'; readonly key: number; readonly set: XmlSchemaSet }

/** From the thread: the answer to the job, a failure when it broke. */
export type FromXmlThread =
  | { readonly type: 'transform'; readonly result: Transformed }
  | { readonly type: 'validate'; readonly result: XmlVerdict }
  | { readonly type: 'broken' }
