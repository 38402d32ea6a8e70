/** A document that was asked for, whole. */
export interface FetchedDocument {
  readonly status: number
  readonly body: string
  /** Whether the local directory answered it, or whoever the name stands for. Keys of the one never pass for the other's. */
  readonly origin: 'network' | 'directory'
}

/** Asks for a document by GET. Bounded in time and size; rejects when there is no answer. */
export type KeyFetch = (url: string) => Promise<FetchedDocument>
