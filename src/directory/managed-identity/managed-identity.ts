import type { DirectoryApplication } from '../../catalog/directory.ts'

/** The application that stands for this machine's managed identity, and the secret that App Service would put into its environment. */
export interface ManagedIdentity {
  readonly application: DirectoryApplication
  readonly header: string
}
