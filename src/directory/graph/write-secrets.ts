import { randomBytes, randomUUID } from 'node:crypto'
import { isObject } from '../../identity/json-object.ts'
import { json, noStore } from '../http/exchange.ts'
import { badRequest, isGraphError } from './graph-error.ts'
import { writing } from './permissions.ts'
import { applicationOf } from './write-applications.ts'
import { make, nothing, type Write, type Writer, type Written } from './writer.ts'

export const secretWriters: Readonly<Record<string, Writer>> = {
  'POST applications/{}/addPassword': { needs: writing.applications, run: addPassword },
  'POST applications/{}/removePassword': { needs: writing.applications, run: removePassword },
}

const twoYears = 2 * 365 * 86_400_000
const maxSecrets = 100
const maxName = 120

/** The secret is in this answer and in no other. */
function addPassword(write: Write): Written {
  const app = applicationOf(write)
  if (isGraphError(app)) return app
  const asked = isObject(write.body.passwordCredential) ? write.body.passwordCredential : {}
  const endDateTime =
    typeof asked.endDateTime === 'string' ? asked.endDateTime : new Date(write.services.now() + twoYears).toISOString()
  if (Number.isNaN(Date.parse(endDateTime))) return badRequest("Invalid value specified for property 'endDateTime'.")
  if (app.passwordCredentials.length >= maxSecrets) return badRequest(`An application has at most ${maxSecrets} passwords.`)
  const secretText = randomBytes(30).toString('base64url')
  const displayName = typeof asked.displayName === 'string' ? asked.displayName.slice(0, maxName) : undefined
  const credential = { secretText, endDateTime, keyId: randomUUID(), ...(displayName === undefined ? {} : { displayName }) }
  const startDateTime = new Date(write.services.now()).toISOString()
  const { origin } = write.request
  const answer = {
    '@odata.context': `${origin}/v1.0/$metadata#microsoft.graph.passwordCredential`,
    customKeyIdentifier: null,
    displayName: displayName ?? null,
    endDateTime,
    hint: secretText.slice(0, 3),
    keyId: credential.keyId,
    secretText,
    startDateTime,
  }
  return make(write, [{ kind: 'add-password', appId: app.appId, credential }], () => json(200, answer, noStore))
}

function removePassword(write: Write): Written {
  const app = applicationOf(write)
  if (isGraphError(app)) return app
  const { keyId } = write.body
  if (typeof keyId !== 'string' || !app.passwordCredentials.some(one => one.keyId === keyId))
    return badRequest('No password credential found with keyId.')
  return make(write, [{ kind: 'remove-password', appId: app.appId, keyId }], () => nothing)
}
