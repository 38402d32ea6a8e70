import type { SnippetGateway, SnippetParts } from './snippet-gateway.ts'

/** How one snippet is tried: it keeps what its text promises, or it cannot run and why. */
export interface Snippet {
  /** Its file in the folder of snippets. */
  readonly file: string
  /** What it needs around it; it is the policy of an API. */
  readonly parts?: Omit<SnippetParts, 'policy'>
  /** Puts in what its text tells the reader to put in, or to put around it. */
  readonly fill?: (text: string) => string
  /** For several files that belong together: all of the API. */
  readonly arrange?: (read: (file: string) => string) => SnippetParts
  /** It is tried with this one. */
  readonly partOf?: string
  readonly promise?: string
  readonly run?: (gateway: SnippetGateway) => Promise<void>
  /** The document has a fault of its own, for which Azure refuses it too: the codes that the checks give it. */
  readonly faulty?: { readonly why: string; readonly codes: readonly string[] }
}
