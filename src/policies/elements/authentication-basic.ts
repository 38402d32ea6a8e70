import { definePolicy, value } from '../define-policy.ts'
import { next } from '../outcome.ts'

/** Signs in at the backend with a user name and password (RFC 7617). */
export const authenticationBasic = definePolicy({
  element: 'authentication-basic',
  summary: 'Authenticates with the backend by user name and password.',
  source: 'Authenticate with Basic',
  sections: ['inbound'],
  schema: { attributes: { username: value.string(), password: value.string() } },
  shape({ attributes }) {
    return (ctx, message) => {
      const credentials = `${attributes.username(ctx)}:${attributes.password(ctx)}`
      message.headers.set('Authorization', `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`)
      return next
    }
  },
})
