import type { X509Certificate } from 'node:crypto'
import type { NetCertificate } from '../../expressions/runtime/data/crypto/certificate.ts'
import { findPath } from '../../expressions/runtime/data/crypto/certificate-path.ts'
import { nameText } from '../../expressions/runtime/data/crypto/distinguished-name.ts'
import { startBudget } from '../../expressions/types/budget.ts'
import { NetException } from '../../expressions/types/exceptions.ts'
import type { RevocationStatus } from '../../identity/certificates/revocation-lists.ts'
import { fitsIdentity, type IdentityClaims, issuerFinder } from '../certificates/certificate-identity.ts'
import { parseName } from '../certificates/distinguished-names.ts'
import type { CallContext } from '../context/call-context.ts'
import { type Content, definePolicy, element, literal, many, optional, type Site, value } from '../define-policy.ts'
import { next, type Outcome, type Refusal, refuse } from '../outcome.ts'
import type { PolicyPlace, Tracer } from '../trace/tracer.ts'
import { isConstant } from '../values.ts'

/** Extended key usage of callers (RFC 5280, section 4.2.1.12). */
const clientAuth = '1.3.6.1.5.5.7.3.2'
/** Following one chain takes a tenth of it. */
const steps = 1_000_000

const flag = optional(literal(value.boolean()), true)
const claim = optional(value.string({ nonEmpty: true }))

const identitySchema = {
  attributes: {
    thumbprint: claim,
    'serial-number': claim,
    'common-name': claim,
    subject: claim,
    'dns-name': claim,
    'issuer-subject': claim,
    'issuer-thumbprint': claim,
    'issuer-certificate-id': claim,
  },
} as const

/** Lets a call continue only when the certificate that its caller showed holds the rules, and fits one of the identities. */
export const validateClientCertificate = definePolicy({
  element: 'validate-client-certificate',
  summary: 'Demands that a client’s certificate fits rules and identities.',
  source: 'Validate client certificate',
  sections: ['inbound'],
  schema: {
    attributes: {
      'validate-revocation': flag,
      'validate-trust': flag,
      'validate-not-before': flag,
      'validate-not-after': flag,
      'ignore-error': optional(literal(value.boolean()), false),
    },
    children: {
      identities: optional(element({ children: { identity: many(element(identitySchema), { min: 1 }) } })),
    },
  },
  reasons: [
    'certificate.missing',
    'certificate.not-yet-valid',
    'certificate.expired',
    'certificate.not-trusted',
    'certificate.revoked',
    'certificate.revocation-unknown',
    'certificate.identity',
  ],
  pagesDisagree: [
    'The example has bare quotes in a value (`O="Contoso, Inc."`), which no XML reader takes: it is read as meant, with `policy.markup`.',
  ],
  differences: [
    'Trusted are the roots that Node knows and the workspace’s `certificateAuthorities` and `gateway.tls.clientAuthorities`. A certificate that names extended key usages must name client authentication.',
    'Revocation is looked up in the lists that certificates name by http or https, of the whole chain; OCSP is not asked. Without a list nobody can tell, and the call is refused.',
    'Revocation is told of trusted chains only: with `validate-trust="false"` a certificate without one is refused unless `validate-revocation="false"`, too.',
    'Subjects are compared without regard to case, in the order of the certificate or in .NET’s.',
    'The page names neither status nor reasons: 401, and the names that API Management’s own answers carry. `ClientCertificateRevoked` and `ClientCertificateRevocationUnknown` are ours.',
  ],
  compile({ attributes, children }, { now, revocation }, site) {
    const identities = children.identities?.children.identity
    if (identities?.some(identity => hasFault(identity, site)) === true) return undefined
    const ignoreError = attributes['ignore-error']()
    const { certificates } = site.workspace
    const issuersOf = issuerFinder(certificates)
    const paths = new WeakMap<NetCertificate, Path>()
    const rules = {
      notBefore: attributes['validate-not-before'](),
      notAfter: attributes['validate-not-after'](),
      trust: attributes['validate-trust'](),
      revocation: attributes['validate-revocation'](),
    }
    if (!rules.trust && rules.revocation)
      site.warn(
        'policy.bad-value',
        'revocation can be told of trusted chains only: others are refused all the same',
        'say validate-revocation="false", or validate-trust="true"',
      )
    const identify = (ctx: CallContext, certificate: NetCertificate): Outcome => {
      const fits = (identity: Identity) => fitsIdentity(certificate, claimsOf(identity, ctx), certificates, issuersOf)
      if (identities !== undefined && !identities.some(fits)) return notMatched(certificate, identities, ctx)
      ctx.caller ??= callerOf(certificate)
      return next
    }
    const judge = (ctx: CallContext): Outcome | Promise<Outcome> => {
      const { callerCertificate: certificate } = ctx.request
      if (certificate === undefined) return failures.missing()
      const at = now()
      if (rules.notBefore && certificate.notBefore > at) return failures.notYetValid(certificate)
      if (rules.notAfter && certificate.notAfter < at) return failures.expired(certificate)
      if (!rules.trust && !rules.revocation) return identify(ctx, certificate)
      const path = pathOf(certificate, at, paths)
      if (path === undefined) return rules.trust ? failures.notTrusted(certificate) : failures.unknown(certificate)
      if (!rules.revocation) return identify(ctx, certificate)
      const conclude = (status: RevocationStatus) => {
        if (status === 'revoked') return failures.revoked(certificate)
        return status === 'unknown' ? failures.unknown(certificate) : identify(ctx, certificate)
      }
      const status = revocation?.statusOf(path) ?? 'unknown'
      return status instanceof Promise ? status.then(conclude) : conclude(status)
    }
    return ctx => {
      const end = (outcome: Outcome): Outcome => {
        if (ctx.tracer !== null) traceJudgement(ctx.tracer, site.place, ctx.request.callerCertificate, outcome)
        return ignoreError ? next : outcome
      }
      const outcome = judge(ctx)
      return outcome instanceof Promise ? outcome.then(end) : end(outcome)
    }
  },
})

type Identity = Content<typeof identitySchema>

const issuerClaims = ['issuer-subject', 'issuer-thumbprint'] as const

function hasFault({ attributes, written, position }: Identity, site: Site): boolean {
  const id = attributes['issuer-certificate-id']
  if (written.size === 0)
    site.warn('policy.missing-attribute', 'an `identity` without claims fits every certificate', 'add a claim', position)
  if (written.has('issuer-certificate-id') && issuerClaims.some(name => written.has(name))) {
    const message = '`issuer-certificate-id` excludes the other claims about the issuer'
    site.fault('policy.exclusive-attributes', message, 'keep one of them', position)
    return true
  }
  for (const name of ['subject', 'issuer-subject'] as const) {
    const text = attributes[name]
    if (!isConstant(text) || text.constant === undefined || parseName(text.constant) !== undefined) continue
    const message = `\`${name}\` is no distinguished name: ${text.constant}`
    site.fault('policy.bad-value', message, 'write CN=name, O="Contoso, Inc.", C=US', position)
    return true
  }
  const { certificates, partial } = site.workspace
  if (!isConstant(id) || id.constant === undefined || certificates.some(one => one.id === id.constant)) return false
  const tell = partial ? site.warn : site.fault
  tell(
    'policy.certificate',
    `there is no certificate \`${id.constant}\``,
    'add it under certificates in gatehouse.yaml',
    position,
  )
  return !partial
}

function claimsOf({ attributes }: Identity, ctx: CallContext): IdentityClaims {
  return {
    thumbprint: attributes.thumbprint(ctx),
    'serial-number': attributes['serial-number'](ctx),
    'common-name': attributes['common-name'](ctx),
    subject: attributes.subject(ctx),
    'dns-name': attributes['dns-name'](ctx),
    'issuer-subject': attributes['issuer-subject'](ctx),
    'issuer-thumbprint': attributes['issuer-thumbprint'](ctx),
    'issuer-certificate-id': attributes['issuer-certificate-id'](ctx),
  }
}

/** A chain and until when its authorities are valid, in milliseconds since 1970. */
interface Path {
  readonly certificates: readonly X509Certificate[] | undefined
  readonly until: number
}

/** That there is no chain is believed for so long: an authority on the way may begin later. */
const withoutPath = 60_000

/** A connection's chain is followed once, and again when one of its authorities ends. */
function pathOf(certificate: NetCertificate, now: number, known: WeakMap<NetCertificate, Path>): Path['certificates'] {
  const before = known.get(certificate)
  if (before !== undefined && now < before.until) return before.certificates
  const certificates = follow(certificate, now)
  const ends = certificates?.slice(1).map(({ validTo }) => Date.parse(validTo)) ?? [now + withoutPath]
  known.set(certificate, { certificates, until: Math.min(...ends, Number.MAX_SAFE_INTEGER) })
  return certificates
}

function follow(certificate: NetCertificate, now: number): Path['certificates'] {
  startBudget(steps)
  try {
    const { node, companions: offered, trust } = certificate
    return findPath(node, { offered, trust, now, usage: clientAuth })
  } catch (error) {
    if (error instanceof NetException) return undefined // OpenSSL reads it, and the rules for chains do not
    throw error
  }
}

function callerOf(certificate: NetCertificate): NonNullable<CallContext['caller']> {
  return {
    issuer: nameText(certificate.issuer),
    subject: nameText(certificate.subject),
    certificate: hexOf(certificate.thumbprint),
    roles: [],
    scopes: [],
  }
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()

/** What was looked at last: the check that failed, or all of them. */
function traceJudgement(tracer: Tracer, place: PolicyPlace, certificate: NetCertificate | undefined, outcome: Outcome): void {
  const refusal = outcome === next || outcome.kind === 'reply' ? undefined : outcome
  tracer.compared(place, {
    subject: 'client certificate',
    expected: refusal?.expected?.length
      ? refusal.expected
      : [refusal?.errorMessage ?? 'one that holds the rules and fits an identity'],
    received: certificate === undefined ? ['none'] : shown(certificate),
    holds: refusal === undefined,
  })
}

/** What of a certificate a record shows: names and numbers that whoever sees it knows. */
const shown = (certificate: NetCertificate) => [
  nameText(certificate.subject),
  `issued by ${nameText(certificate.issuer)}`,
  `thumbprint ${hexOf(certificate.thumbprint)}`,
]

const failures = {
  missing: () => refused('certificate.missing', 'ClientCertificateNotFound', 'The client certificate was not found.', ['none']),
  notYetValid: (one: NetCertificate) =>
    refused('certificate.not-yet-valid', 'ClientCertificateNotYetValid', 'Certificate is not valid yet.', shown(one)),
  expired: (one: NetCertificate) =>
    refused('certificate.expired', 'ClientCertificateExpired', 'Certificate has expired.', shown(one)),
  notTrusted: (one: NetCertificate) =>
    refused(
      'certificate.not-trusted',
      'ClientCertificateNotTrusted',
      'A certificate chain could not be built to a trusted root authority.',
      shown(one),
    ),
  revoked: (one: NetCertificate) =>
    refused('certificate.revoked', 'ClientCertificateRevoked', 'The certificate is revoked.', shown(one)),
  unknown: (one: NetCertificate) =>
    refused(
      'certificate.revocation-unknown',
      'ClientCertificateRevocationUnknown',
      'The revocation function was unable to check revocation for the certificate.',
      shown(one),
    ),
}

function notMatched(certificate: NetCertificate, identities: readonly Identity[], ctx: CallContext): Refusal {
  const wanted = identities.map(identity =>
    Object.entries(claimsOf(identity, ctx))
      .flatMap(([name, text]) => (text === undefined ? [] : [`${name} ${text}`]))
      .join(', '),
  )
  const message = 'Certificate does not match any of allowed identities.'
  return refused('certificate.identity', 'ClientCertificateIdentityNotMatched', message, shown(certificate), wanted)
}

function refused(
  reason: Refusal['reason'],
  errorReason: string,
  errorMessage: string,
  received: readonly string[],
  expected: readonly string[] = [],
): Refusal {
  return refuse({
    reason,
    statusCode: 401,
    message: 'Invalid client certificate',
    errorReason,
    errorMessage,
    expected,
    received,
  })
}
