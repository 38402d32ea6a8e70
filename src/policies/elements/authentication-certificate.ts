import { createHash, X509Certificate } from 'node:crypto'
import { readPkcs12 } from '../../expressions/runtime/data/crypto/pkcs12.ts'
import { startBudget } from '../../expressions/types/budget.ts'
import { NetException } from '../../expressions/types/exceptions.ts'
import type { ClientCertificate } from '../connection.ts'
import { definePolicy, optional, value } from '../define-policy.ts'
import { next, type Outcome, refuse } from '../outcome.ts'

/** Reading a file that is protected by a password takes work by design: as much as its rounds say, up to this. */
const steps = 10_000_000
/** Files that were read, by their digest: mostly one, or one a tenant. */
const mostKept = 100

/** Authenticates at a backend with a client certificate, for the call's own request or inside send-request for that one. */
export const authenticationCertificate = definePolicy({
  element: 'authentication-certificate',
  summary: 'Authenticates with a backend by a client certificate.',
  source: 'Authenticate with client certificate',
  sections: ['inbound'],
  schema: {
    attributes: {
      thumbprint: optional(value.string({ nonEmpty: true })),
      'certificate-id': optional(value.string({ nonEmpty: true })),
      body: optional(value.any()),
      password: optional(value.string()),
    },
  },
  reasons: ['policy.failed'],
  differences: [
    'Certificates of the API Management instance are not part of a workspace (their private keys are not extracted): `thumbprint` and `certificate-id` are refused at load, `body` is a PKCS #12 file.',
  ],
  shape({ attributes, written }, _ports, site) {
    const sources = ['thumbprint', 'certificate-id', 'body'].filter(name => written.has(name))
    if (sources.length !== 1) {
      const message = '`authentication-certificate` needs one of `thumbprint`, `certificate-id` and `body`'
      site.fault('policy.exclusive-attributes', message, 'keep one')
      return undefined
    }
    if (!written.has('body')) {
      const mend = 'give the file itself: body="@(Convert.FromBase64String("{{named value}}"))"'
      site.fault('policy.unsupported', `\`${sources[0]}\` names a certificate that a workspace does not hold`, mend)
      return undefined
    }
    const kept = new Map<string, ClientCertificate>()
    return (ctx, message) => {
      const file = attributes.body(ctx)
      if (!(file instanceof Uint8Array)) return refused('`body` is no array of bytes')
      const password = attributes.password(ctx) ?? ''
      const key = createHash('sha256').update(file).update('\0').update(password).digest('base64')
      const certificate = kept.get(key) ?? readFile(file, password)
      if (typeof certificate === 'string') return refused(certificate)
      if (kept.size >= mostKept) kept.clear()
      kept.set(key, certificate)
      message.clientCertificate = certificate
      return next
    }
  },
})

/** The key's own certificate first, then those that vouch for it; a text when there is none. */
function readFile(file: Uint8Array, password: string): ClientCertificate | string {
  startBudget(steps)
  try {
    const { certificates, keys } = readPkcs12(file, password)
    const [key] = keys
    const all = certificates.map(raw => new X509Certificate(raw))
    const own = all.find(one => key !== undefined && one.checkPrivateKey(key))
    if (key === undefined || own === undefined) return 'the file holds no certificate with its private key'
    const chain = [own, ...all.filter(one => one !== own)]
    return { cert: chain.map(String).join('\n'), key: key.export({ type: 'pkcs8', format: 'pem' }).toString() }
  } catch (error) {
    if (error instanceof NetException) return error.message.trim()
    if (error instanceof Error && 'code' in error) return 'the file is damaged' // node:crypto's own errors have codes
    throw error
  }
}

function refused(why: string): Outcome {
  return refuse({
    reason: 'policy.failed',
    statusCode: 500,
    message: 'Internal server error',
    errorReason: 'ClientCertificateFailure',
    errorMessage: `The client certificate cannot be used: ${why}`,
    received: [why],
  })
}
