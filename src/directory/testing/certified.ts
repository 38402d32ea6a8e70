import { generateKeyPairSync } from 'node:crypto'
import { makeCertificate } from '../certificates/make-certificate.ts'
import { application } from './gazette.ts'

const day = 86_400_000

/** The key pair and certificate of an application that proves itself by them, and its registration. */
export function certifiedApplication() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const certificate = makeCertificate({
    subject: 'certified',
    issuer: 'certified',
    publicKey,
    issuerKey: privateKey,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + day),
    use: { kind: 'signer' },
  })
  const keyCredentials = [{ type: 'AsymmetricX509Cert', usage: 'Verify', key: certificate.toString('base64') }]
  return { publicKey, privateKey, certificate, keyCredentials, certified: application('Certified', { keyCredentials }) }
}
