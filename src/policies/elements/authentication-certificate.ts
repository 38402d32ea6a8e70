import { createHash, X509Certificate } from 'node:crypto'
import type { Certificate } from '../../catalog/catalog.ts'
import { readPkcs12 } from '../../expressions/runtime/data/crypto/pkcs12.ts'
import { startBudget } from '../../expressions/types/budget.ts'
import { NetException } from '../../expressions/types/exceptions.ts'
import { certificateByThumbprint, clientCertificate, shownBy } from '../certificates/client-certificate.ts'
import type { ClientCertificate } from '../connection.ts'
import type { CallContext } from '../context/call-context.ts'
import { definePolicy, optional, type Site, value } from '../define-policy.ts'
import { next, type Outcome, refuse } from '../outcome.ts'
import { type Evaluator, isConstant } from '../values.ts'

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
    '`thumbprint` and `certificate-id` name the workspace’s `certificates`: those of the API Management instance are not extracted with their private keys. `body` is a PKCS #12 file.',
  ],
  shape({ attributes, written }, _ports, site) {
    const sources = ['thumbprint', 'certificate-id', 'body'].filter(name => written.has(name))
    if (sources.length !== 1) {
      const message = '`authentication-certificate` needs one of `thumbprint`, `certificate-id` and `body`'
      site.fault('policy.exclusive-attributes', message)
      return undefined
    }
    const find = written.has('body')
      ? fileReader(attributes.body, attributes.password)
      : heldFinder(attributes.thumbprint, attributes['certificate-id'], site)
    if (find === undefined) return undefined
    return (ctx, message) => {
      const found = find(ctx)
      if (typeof found === 'string') return refused(found)
      message.clientCertificate = found
      return next
    }
  },
})

/** The certificate for a call, or why there is none: a text without secrets. */
type Finder = (ctx: CallContext) => ClientCertificate | string

/** Finds a certificate of the workspace; undefined after a fault. */
function heldFinder(
  thumbprint: Evaluator<string | undefined>,
  id: Evaluator<string | undefined>,
  site: Site,
): Finder | undefined {
  const { certificates, partial } = site.workspace
  const find = (ctx: CallContext) => {
    const [byThumbprint, byId] = [thumbprint(ctx), id(ctx)?.trim()]
    if (byThumbprint !== undefined) return certificateByThumbprint(certificates, byThumbprint)
    return certificates.find(one => one.id === byId)
  }
  const made = new Map(certificates.map(one => [one, clientCertificate(one)]))
  const shown = (held: Certificate | undefined) => (held === undefined ? undefined : made.get(held))
  if (isConstant(thumbprint) && isConstant(id) && !isHeld(thumbprint.constant, id.constant, site)) {
    if (!partial) return undefined
  }
  return ctx => shown(find(ctx)) ?? 'the workspace holds no such certificate with its private key'
}

/** Whether a certificate that is named at load can be shown; tells what is missing. */
function isHeld(thumbprint: string | undefined, id: string | undefined, { workspace, fault, warn }: Site): boolean {
  const { certificates, partial } = workspace
  const name = thumbprint ?? id ?? ''
  const held =
    thumbprint === undefined ? certificates.find(one => one.id === id?.trim()) : certificateByThumbprint(certificates, thumbprint)
  if (held?.key !== undefined) return true
  const tell = partial ? warn : fault
  if (held === undefined)
    tell(
      'policy.certificate',
      `there is no certificate \`${name}\``,
      'add it with its private key under certificates in gatehouse.yaml',
    )
  else
    tell(
      'policy.certificate',
      `the private key of the certificate \`${name}\` is not at hand`,
      'name its file under key, or give a pfx',
    )
  return false
}

function fileReader(body: Evaluator<unknown>, passwordOf: Evaluator<string | undefined>): Finder {
  const kept = new Map<string, ClientCertificate>()
  return ctx => {
    const file = body(ctx)
    if (!(file instanceof Uint8Array)) return '`body` is no array of bytes'
    const password = passwordOf(ctx) ?? ''
    const key = createHash('sha256').update(file).update('\0').update(password).digest('base64')
    const certificate = kept.get(key) ?? readFile(file, password)
    if (typeof certificate === 'string') return certificate
    if (kept.size >= mostKept) kept.clear()
    kept.set(key, certificate)
    return certificate
  }
}

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
    return shownBy(chain.map(String).join('\n'), key.export({ type: 'pkcs8', format: 'pem' }).toString())
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
