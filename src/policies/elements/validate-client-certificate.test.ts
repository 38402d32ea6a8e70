import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Certificate } from '../../catalog/catalog.ts'
import { NetCertificate } from '../../expressions/runtime/data/crypto/certificate.ts'
import { trustStore } from '../../expressions/runtime/data/crypto/trust-store.ts'
import {
  type CertificateShape,
  type Issued,
  issue,
  revocationList,
  serverAuth,
} from '../../expressions/runtime/data/testing/make-certificates.ts'
import { RevocationLists } from '../../identity/certificates/revocation-lists.ts'
import { next, type Outcome } from '../outcome.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

const now = Date.now()
const day = 86_400_000
const root = issue({ subject: 'Root', authority: true })
const middle = issue({ subject: 'Middle', issuer: root, authority: true })
const list = 'http://lists.example/middle.crl'
const trust = trustStore([root.cert])

const client = (more: Partial<CertificateShape> = {}) =>
  issue({
    subject: [
      ['2.5.4.6', 'US'],
      ['2.5.4.10', 'Contoso, Inc.'],
      ['2.5.4.3', 'client.contoso.com'],
    ],
    issuer: middle,
    dnsNames: ['client.contoso.com', 'Other.contoso.com'],
    serial: '00c0ffee',
    ...more,
  })
const usual = client()

function shown(of: Issued, offered: readonly Issued[] = [middle]): NetCertificate {
  return new NetCertificate(
    of.certificate.raw,
    undefined,
    offered.map(({ certificate }) => certificate),
    trust,
  )
}

const held = (id: string, { certificate, cert }: Issued): Certificate => ({
  id,
  thumbprint: certificate.fingerprint.replaceAll(':', ''),
  subject: certificate.subject,
  notBefore: 0,
  notAfter: 0,
  chain: [cert],
})

const policy = (attributes: string, identities: readonly string[] = []) => {
  const children = identities.map(identity => `<identity ${identity} />`).join('')
  return `<validate-client-certificate ${attributes}>${children === '' ? '' : `<identities>${children}</identities>`}</validate-client-certificate>`
}

interface Judged {
  readonly revocation?: RevocationLists
  readonly certificates?: readonly Certificate[]
  readonly at?: number
}

async function judge(
  inbound: string,
  callerCertificate?: NetCertificate,
  { revocation, certificates = [], at = now }: Judged = {},
) {
  const ran = await runPolicies(
    { inbound },
    callerCertificate === undefined ? {} : { request: { callerCertificate } },
    { now: () => at, ...(revocation === undefined ? {} : { revocation }) },
    { certificates },
  )
  return ran
}

const outcome = async (...args: Parameters<typeof judge>): Promise<Outcome> => (await judge(...args)).outcome

const lists = (bytes: Uint8Array | undefined) => new RevocationLists({ now: () => now, fetch: async () => bytes })
const noRevocation = 'validate-revocation="false"'

test('a call without a certificate is refused as API Management does it', async () => {
  const refusal = refusalWith(await outcome(policy('')), 'certificate.missing')
  assert.deepEqual(
    [refusal.statusCode, refusal.message, refusal.errorReason],
    [401, 'Invalid client certificate', 'ClientCertificateNotFound'],
  )
})

test('a certificate with a chain and no identities to fit goes on, and stands on the record', async () => {
  const { outcome: gone, ctx } = await judge(policy(noRevocation), shown(usual))
  assert.equal(gone, next)
  assert.equal(ctx.caller?.certificate, usual.certificate.fingerprint.replaceAll(':', ''))
  assert.equal(ctx.caller?.issuer, 'CN=Middle')
})

test('dates are looked at unless the policy says otherwise', async () => {
  const early = shown(client({ notBefore: new Date(now + day) }))
  const late = shown(client({ notBefore: new Date(now - 3 * day), notAfter: new Date(now - day) }))
  const begins = refusalWith(await outcome(policy(noRevocation), early), 'certificate.not-yet-valid')
  assert.equal(begins.errorReason, 'ClientCertificateNotYetValid')
  const ended = refusalWith(await outcome(policy(noRevocation), late), 'certificate.expired')
  assert.equal(ended.errorReason, 'ClientCertificateExpired')
  assert.equal(await outcome(policy(`${noRevocation} validate-not-before="false"`), early), next)
  assert.equal(await outcome(policy(`${noRevocation} validate-not-after="false"`), late), next)
})

test('a connection’s certificate ends while the connection lives', async () => {
  const certificate = shown(usual)
  assert.equal(await outcome(policy(noRevocation), certificate), next)
  refusalWith(await outcome(policy(noRevocation), certificate, { at: now + 60 * day }), 'certificate.expired')
})

test('without a chain to a trusted root a certificate is refused, unless trust is not asked for', async () => {
  const refusal = refusalWith(await outcome(policy(noRevocation), shown(usual, [])), 'certificate.not-trusted')
  assert.equal(refusal.errorReason, 'ClientCertificateNotTrusted')
  assert.equal(refusal.errorMessage, 'A certificate chain could not be built to a trusted root authority.')
  const self = shown(issue({ subject: 'self' }))
  refusalWith(await outcome(policy(noRevocation), self), 'certificate.not-trusted')
  assert.equal(await outcome(policy(`${noRevocation} validate-trust="false"`), self), next)
  refusalWith(await outcome(policy(noRevocation), shown(client({ usages: [serverAuth] }))), 'certificate.not-trusted')
})

test('an expired certificate of nobody is not trusted either when its dates are not asked for', async () => {
  const forged = shown(
    client({
      issuer: issue({ subject: 'Middle', authority: true }),
      notBefore: new Date(now - 3 * day),
      notAfter: new Date(now - day),
    }),
  )
  refusalWith(await outcome(policy(`${noRevocation} validate-not-after="false"`), forged), 'certificate.not-trusted')
})

test('revocation is asked for by default: on the list, not on it, and without one', async () => {
  // of a root alone: the list of the one authority decides
  const direct = issue({ subject: 'direct', issuer: root, revocationList: list, serial: '4711' })
  const of = (bytes: Uint8Array | undefined) => outcome(policy(''), shown(direct, []), { revocation: lists(bytes) })
  assert.equal(await of(revocationList(root, ['4712'])), next)
  assert.equal(
    refusalWith(await of(revocationList(root, ['4711'])), 'certificate.revoked').errorReason,
    'ClientCertificateRevoked',
  )
  refusalWith(await of(undefined), 'certificate.revocation-unknown')
  refusalWith(await outcome(policy(''), shown(usual)), 'certificate.revocation-unknown')
  refusalWith(
    await outcome(policy('validate-trust="false"'), shown(direct, []), { revocation: lists(revocationList(root, ['4711'])) }),
    'certificate.revoked',
  )
})

test('errors that are ignored let the call go on', async () => {
  assert.equal(await outcome(policy('ignore-error="true"')), next)
  const ignored = await judge(policy(`ignore-error="true" ${noRevocation}`), shown(usual, []))
  assert.equal(ignored.outcome, next)
  assert.equal(ignored.ctx.caller, null)
  const direct = shown(issue({ subject: 'direct', issuer: root, revocationList: list }), [])
  assert.equal(await outcome(policy('ignore-error="true"'), direct, { revocation: lists(undefined) }), next)
})

const thumbprint = usual.certificate.fingerprint
const certificates = [held('the-middle', middle), held('the-root', root)]

test('each claim of an identity fits the certificate that it describes, however it is written', async () => {
  const fitting = [
    `thumbprint="${thumbprint.replaceAll(':', '').toLowerCase()}"`,
    `thumbprint="${thumbprint}"`,
    'serial-number="00C0FFEE"',
    'serial-number="c0ffee"',
    'common-name="client.contoso.com"',
    'subject="C=US, O=&quot;Contoso, Inc.&quot;, CN=client.contoso.com"',
    'subject="CN=client.contoso.com, O=&quot;Contoso, Inc.&quot;, C=US"',
    'dns-name="other.contoso.com"',
    'issuer-subject="CN=Middle"',
    `issuer-thumbprint="${middle.certificate.fingerprint}"`,
    'issuer-certificate-id="the-middle"',
    `common-name="@(&quot;client&quot; + &quot;.contoso.com&quot;)" issuer-subject="CN=Middle"`,
  ]
  for (const identity of fitting)
    assert.equal(await outcome(policy(noRevocation, [identity]), shown(usual), { certificates }), next, identity)
})

test('an identity that claims anything else does not fit', async () => {
  const others = [
    `thumbprint="${middle.certificate.fingerprint}"`,
    'serial-number="c0ffef"',
    'common-name="contoso.com"',
    'subject="CN=client.contoso.com"',
    'dns-name="contoso.com"',
    'dns-name="client.contoso.com.evil"',
    'issuer-subject="CN=Root"',
    `issuer-thumbprint="${root.certificate.fingerprint}"`,
    'issuer-certificate-id="the-root"',
    'common-name="client.contoso.com" serial-number="1"',
  ]
  for (const identity of others) {
    const refusal = refusalWith(
      await outcome(policy(noRevocation, [identity]), shown(usual), { certificates }),
      'certificate.identity',
    )
    assert.equal(refusal.errorReason, 'ClientCertificateIdentityNotMatched', identity)
    assert.equal(refusal.errorMessage, 'Certificate does not match any of allowed identities.')
  }
})

test('one identity of several is enough, and a namesake of the issuer is not the issuer', async () => {
  assert.equal(await outcome(policy(noRevocation, ['common-name="a"', 'common-name="client.contoso.com"']), shown(usual)), next)
  const namesake = issue({ subject: 'Middle', authority: true })
  const forged = shown(client({ issuer: namesake }), [namesake])
  const untrusted = `${noRevocation} validate-trust="false"`
  assert.equal(await outcome(policy(untrusted, ['issuer-subject="CN=Middle"']), forged), next)
  refusalWith(
    await outcome(policy(untrusted, ['issuer-certificate-id="the-middle"']), forged, { certificates }),
    'certificate.identity',
  )
})

test('the page’s example checks clean; faults are told with their places', () => {
  const example = policy(
    'validate-revocation="true" validate-trust="true" validate-not-before="true" validate-not-after="true" ignore-error="false"',
    [
      'subject="C=US, ST=Illinois, L=Chicago, O=&quot;Contoso, Inc.&quot;, CN=*.contoso.com" issuer-subject="C=BE, O=FabrikamSign nv-sa, OU=Root CA, CN=FabrikamSign Root CA"',
    ],
  )
  const codes = (inbound: string) =>
    faultsOf({ inbound }).map(({ severity, code, line, column }) => `${severity} ${code} ${line}:${column}`)
  assert.deepEqual(codes(example), [])
  const identity = (text: string) => codes(policy('', [text]))
  assert.deepEqual(identity('issuer-certificate-id="a" issuer-subject="CN=b"'), ['error policy.exclusive-attributes 3:43'])
  assert.deepEqual(identity('issuer-certificate-id="nobody"'), ['error policy.certificate 3:43'])
  assert.deepEqual(identity('subject="contoso"'), ['error policy.bad-value 3:43'])
  assert.deepEqual(identity(''), ['warning policy.missing-attribute 3:43'])
  assert.deepEqual(codes(policy('validate-trust="false"')), ['warning policy.bad-value 3:1'])
  assert.deepEqual(codes(policy('validate-trust="@(true)"')), ['error policy.expression-not-allowed 3:46'])
  assert.deepEqual(
    faultsOf({ outbound: policy('') }).map(({ code }) => code),
    ['policy.wrong-section'],
  )
})
