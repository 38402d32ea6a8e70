/** What an OData service says of itself in its metadata (CSDL), as far as requests are held against it. Plain data. */
export interface ODataModel {
  /** Entity sets and singletons by name, with the full names of their types. */
  readonly sets: ReadonlyMap<string, { readonly type: string; readonly single: boolean }>
  /** Names of function and action imports. */
  readonly operations: ReadonlySet<string>
  /** Entity and complex types by full name. */
  readonly types: ReadonlyMap<string, ODataType>
}

export interface ODataType {
  readonly base?: string
  /** Whether it may have properties that are not declared. */
  readonly open: boolean
  /** Properties and navigation properties with the full name of their type; undefined for a primitive one. */
  readonly properties: ReadonlyMap<string, { readonly type: string | undefined; readonly many: boolean }>
}
