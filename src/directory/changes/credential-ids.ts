import type { DirectoryApplication, DirectoryDocument, PasswordCredential } from '../../catalog/directory.ts'
import { stableId } from '../stable-id.ts'

/** The id by which a secret is removed: its own, or one made from its place. Never made from the secret. */
export function credentialId({ appId }: Pick<DirectoryApplication, 'appId'>, { keyId }: PasswordCredential, at: number): string {
  return keyId ?? stableId(appId, 'password', String(at))
}

/** Every secret with its id written out, so that the others keep theirs when one goes. */
export function withCredentialIds(document: DirectoryDocument): DirectoryDocument {
  const named = (app: DirectoryApplication): DirectoryApplication => ({
    ...app,
    passwordCredentials: app.passwordCredentials.map((one, at) => ({ ...one, keyId: credentialId(app, one, at) })),
  })
  return { ...document, applications: document.applications.map(named) }
}
