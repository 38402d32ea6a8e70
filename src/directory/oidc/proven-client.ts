import type { DirectoryApplication } from '../../catalog/directory.ts'
import type { ClientProof } from '../tokens/access-token.ts'

/** A client, and how it proved itself. */
export interface ProvenClient {
  readonly kind: 'client'
  readonly client: DirectoryApplication
  readonly proof: ClientProof
}
