import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import type { Certificate } from '../../catalog/catalog.ts'
import { issue } from '../../expressions/runtime/data/testing/make-certificates.ts'
import type { OutboundRequest } from '../ports.ts'
import { refusalWith } from '../testing/expect-outcome.ts'
import { faultsOf, runPolicies } from '../testing/run-policies.ts'

/** A PKCS #12 file of gateway.example, protected by the password made-up. */
const file =
  'MIIEHAIBAzCCA9IGCSqGSIb3DQEHAaCCA8MEggO/MIIDuzCCAnIGCSqGSIb3DQEHBqCCAmMwggJfAgEAMIICWAYJKoZIhvcNAQcBMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAg4UBQKdJEr0gICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEEXOjfCMUrtMQf6wT9VAxWyAggHwvJJ/vyZW5u78CzA3t9ecCa27E54Na+kh4N6jLHOUx36qlo/yPuPPJJ2yZjMFveI4I411IB2fwolCN9t4oussT/tzPKyCE2ixAmPIKwmacmxivalenSQ6810SW+Q5419/l+RDN8id5Ai5t6+ThCp1l9k4RW6Jke+4nhlPyRFTdK1tQr0RENXL71LgfuNsYwNeN5uCz0ws3+WHaOMQKpxQX+gw6IdiZRHfGCc3r092Kkt+X2dBDSyd2FWuK305iwCkABGSWRHhptVgeCy99VHX3MO232t1rJSO184xBzGFVvwuytVAb2HuDDMW+57yPwKDvKnSZBftSR7uzZlijly+Imn6Cuxzcpojoerz4iz2NUlTmLifx9X78m3axUn82kpqM/blw7DqcDak6/gCVk0U7JhAWM00eYRxvRJlfsoq1jF9kAdX7M62TShTusLUhyW8HlB9uq0qPu3Mq1bbY37PZPUBADdbqCNloSsiqjR9cnUlYb+2qsYk78gi2t3JnBIATbAiIzM9O9J2cn5tx0G/5xMUAhzWSShUnLeNLa5DrVyP9dhC7WzCbg74vcNyeeuTV8Tmzd5uNra1YRy6dJYHcEeYhOspX0fJN4iBOzxSgx31w4TDf2Uy9BDo/i0vDaoL0PiRgeRaLoLkGRRQGY9UfjCCAUEGCSqGSIb3DQEHAaCCATIEggEuMIIBKjCCASYGCyqGSIb3DQEMCgECoIHvMIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhhBt7+lbqIbQICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEDX3I8AY5OMSRosL331iCvwEgZA/BjbD8IEJXAg9eKIKZQJf8WiNgTbZVatVoguaR+volNnG9X2FMd6/LknQnkFd/0xaDeqfVEPEl8wA8Ih/DpyTyWua2hqbMQcmx+eNlrTVq3KE+p9SkOr1hvPlk3ed0JA8dZMghTWpsmpJdnsTewP3Bd3RLIvrCTbI/RSOaTRAZ6Hq0fHQsVZy+/p3Sv7ytEkxJTAjBgkqhkiG9w0BCRUxFgQUv438Zd9k6lkzqmKUCAzMRcVlIyAwQTAxMA0GCWCGSAFlAwQCAQUABCDSDLQvX4ZIlYwk35cWSpLNMcJOHVe5mxRzmi85PPyQ7wQIhNrULlWTnmACAggA'

const variables = { file: new Uint8Array(Buffer.from(file, 'base64')) }
const policy = (more: string, body = 'context.Variables.GetValueOrDefault<byte[]>("file")') =>
  `<authentication-certificate body="@(${body})" ${more} />`

test('the file’s certificate and key go with the request', async () => {
  const { ctx } = await runPolicies({ inbound: policy('password="made-up"') }, { variables })
  const { cert = '', key = '' } = ctx.request.clientCertificate ?? {}
  assert.equal(new X509Certificate(cert).subject, 'CN=gateway.example')
  assert.ok(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
})

test('inside send-request they go with that request alone', async () => {
  const sent: OutboundRequest[] = []
  const inbound = `<send-request response-variable-name="r"><set-url>https://a.example/</set-url>${policy('password="@("made" + "-up")"')}</send-request>`
  const { ctx } = await runPolicies(
    { inbound },
    { variables },
    {
      send: async request => {
        sent.push(request)
        return { kind: 'failure', reason: 'backend.unreachable', message: 'nobody there' }
      },
    },
  )
  assert.match(sent[0]?.clientCertificate?.cert ?? '', /BEGIN CERTIFICATE/)
  assert.equal(ctx.request.clientCertificate, undefined)
})

test('a wrong password, a damaged file and what is no file are refused, and nothing of them is told', async () => {
  const refusal = async (inbound: string) => {
    const { message, errorMessage = '' } = refusalWith((await runPolicies({ inbound }, { variables })).outcome, 'policy.failed')
    assert.equal(message, 'Internal server error')
    return errorMessage
  }
  const wrong = await refusal(policy('password="guess"'))
  assert.match(wrong, /password is not correct/)
  assert.doesNotMatch(wrong, /guess/)
  await refusal(policy('password="made-up"', 'new byte[] { 48, 3, 2, 1, 3 }'))
  assert.match(await refusal(policy('', '"text"')), /no array of bytes/)
})

const issued = issue({ subject: 'partner.example' })
const held: Certificate = {
  id: 'partner',
  thumbprint: issued.certificate.fingerprint.replaceAll(':', ''),
  subject: 'CN=partner.example',
  notBefore: 0,
  notAfter: 0,
  chain: [issued.cert],
  key: issued.key,
}
const { key: _, ...withoutKey } = held

test('a certificate of the workspace goes with the request, by id or by thumbprint however that is written', async () => {
  const shown = async (attributes: string) => {
    const inbound = `<authentication-certificate ${attributes} />`
    const { outcome, ctx } = await runPolicies({ inbound }, {}, {}, { certificates: [held] })
    return [outcome, ctx.request.clientCertificate?.cert, ctx.request.clientCertificate?.key]
  }
  const expected = ['next', issued.cert, issued.keyPem]
  assert.deepEqual(await shown('certificate-id="partner"'), expected)
  assert.deepEqual(await shown(`thumbprint="${held.thumbprint}"`), expected)
  assert.deepEqual(await shown(`thumbprint="${issued.certificate.fingerprint.toLowerCase()}"`), expected)
  assert.deepEqual(await shown('certificate-id="@(&quot;part&quot; + &quot;ner&quot;)"'), expected)
})

test('a certificate that only the call names and nobody holds is refused', async () => {
  const inbound = '<authentication-certificate certificate-id="@(&quot;nobody&quot;)" />'
  const { outcome } = await runPolicies({ inbound }, {}, {}, { certificates: [held, { ...withoutKey, id: 'public' }] })
  assert.match(refusalWith(outcome, 'policy.failed').errorMessage ?? '', /holds no such certificate with its private key/)
})

test('a certificate that is not there, or without its key, is told at load; one source is needed', () => {
  const faults = (attributes: string, certificates: readonly Certificate[] = []) =>
    faultsOf({ inbound: `<authentication-certificate ${attributes} />` }, { certificates }).map(
      ({ severity, code, message }) => `${severity} ${code} ${message}`,
    )
  assert.deepEqual(faults('thumbprint="CA06F56B258B7A0D4F2B05470939478651151984"'), [
    'error policy.certificate there is no certificate `CA06F56B258B7A0D4F2B05470939478651151984`',
  ])
  assert.deepEqual(faults('certificate-id="partner"', [withoutKey]), [
    'error policy.certificate the private key of the certificate `partner` is not at hand',
  ])
  assert.match(faults('')[0] ?? '', /exclusive-attributes/)
  assert.match(faults('thumbprint="a" certificate-id="b"')[0] ?? '', /exclusive-attributes/)
  assert.match(faults('body="a" certificate-id="b"')[0] ?? '', /exclusive-attributes/)
})
