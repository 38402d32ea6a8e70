/** A schema of the workspace that `validate-content` names by `schema-id`, as its author wrote it. */
export interface SchemaDocument {
  /** ARM name. */
  readonly name: string
  readonly kind: 'json' | 'xml'
  readonly file: string
  readonly text: string
}

/** XML Schema documents that belong together: one that is validated by, and those that it includes or imports by their locations. */
export interface XmlSchemaSet {
  /** Location of the document to begin with. */
  readonly root: string
  readonly documents: readonly { readonly location: string; readonly text: string }[]
}
