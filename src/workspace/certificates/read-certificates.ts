import type { KeyObject, X509Certificate } from 'node:crypto'
import type { Certificate } from '../../catalog/catalog.ts'
import { NetCertificate } from '../../expressions/runtime/data/crypto/certificate.ts'
import { nameText } from '../../expressions/runtime/data/crypto/distinguished-name.ts'
import { gatehouseKeys } from '../known-keys.ts'
import type { Report } from '../report.ts'
import { type Fields, fieldsOf, type PlacedText } from '../text/fields.ts'
import type { Place, TextNode } from '../text/text-node.ts'
import { within } from '../within.ts'
import {
  type CertificateContent,
  type CertificateFault,
  isFault,
  readCertificates,
  readPem,
  readPfx,
} from './certificate-file.ts'
import { readSecret, type SettingsReader } from './secret-source.ts'

/** The `certificates` of gatehouse.yaml, by id. */
export async function readWorkspaceCertificates(
  fields: Fields | undefined,
  now: number,
  reader: SettingsReader,
): Promise<readonly Certificate[]> {
  const read: Certificate[] = []
  // one after the other: whether an entry has faults is seen by their number
  for (const [id, { value, keyAt }] of fields?.node.members ?? []) {
    const certificate = await readCertificate(id, value, keyAt, now, reader)
    if (certificate !== undefined) read.push(certificate)
  }
  return read
}

async function readCertificate(
  id: string,
  value: TextNode,
  at: Place,
  now: number,
  reader: SettingsReader,
): Promise<Certificate | undefined> {
  const { report } = reader
  if (!/^[^*#&+:<>?\s]{1,80}$/.test(id)) {
    report.error(at, 'value.format', `'${id}' cannot be a certificate's id`, 'use letters, digits and hyphens, 80 at most')
    return undefined
  }
  if (value.kind !== 'object') {
    const mend = 'say { pfx: file } or { certificate: file, key: file }'
    report.error(value.at, 'value.type', `the certificate '${id}' should be an object`, mend)
    return undefined
  }
  const entry = fieldsOf(value, report)
  entry.refuseOthers(gatehouseKeys.certificate)
  const content = await readCertificateFile(entry, id, reader)
  if (content === undefined) return undefined
  const file = entry.at(entry.text('pfx') === undefined ? 'certificate' : 'pfx')
  warnOfDates(content.chain[0], file, `the certificate '${id}'`, now, report)
  return certificateOf(id, content)
}

/** A certificate with its key as an entry names it; undefined after every fault was told. */
export async function readCertificateFile(
  entry: Fields,
  name: string,
  reader: SettingsReader,
): Promise<CertificateContent | undefined> {
  const [pfx, certificate, key] = [entry.text('pfx'), entry.text('certificate'), entry.text('key')]
  const { report } = reader
  const faults = report.diagnostics.length
  const password = await readSecret(entry, 'password', reader)
  if ((pfx === undefined) === (certificate === undefined) || (pfx !== undefined && key !== undefined)) {
    const mend = 'write { pfx: file }, or { certificate: file, key: file }'
    report.error(entry.node.at, 'value.missing', `'${name}' needs pfx, or certificate with or without key`, mend)
    return undefined
  }
  const at = entry.at(pfx === undefined ? 'certificate' : 'pfx')
  const bytes = await bytesAt(pfx ?? certificate ?? '', at, reader)
  const keyBytes = key === undefined ? undefined : await bytesAt(key, entry.at('key'), reader)
  // without its password a file would only be called wrong a second time
  if (bytes === undefined || (key !== undefined && keyBytes === undefined) || report.diagnostics.length > faults) return undefined
  const content = pfx === undefined ? readPem(bytes, keyBytes, password) : readPfx(bytes, password ?? '')
  if (!isFault(content)) return content
  tell(content, content.code === 'certificate.password' ? entry.at('password') : at, report)
  return undefined
}

/** Authorities' certificates out of several files, each as PEM. */
export async function readAuthorities(
  paths: readonly PlacedText[],
  now: number,
  reader: SettingsReader,
): Promise<readonly string[]> {
  const read: string[] = []
  for (const { text, at } of paths) {
    const bytes = await bytesAt(text, at, reader)
    const certificates = bytes === undefined ? [] : readCertificates(bytes)
    if (isFault(certificates)) tell(certificates, at, reader.report)
    else read.push(...certificates.filter(one => isAuthority(one, text, at, now, reader.report)).map(String))
  }
  return read
}

function isAuthority(certificate: X509Certificate, file: string, at: Place, now: number, report: Report): boolean {
  if (!certificate.ca) {
    report.error(at, 'certificate.notAuthority', `${file} holds a certificate that may not vouch for others`)
    return false
  }
  warnOfDates(certificate, at, `a certificate in ${file}`, now, report)
  return true
}

async function bytesAt(path: string, at: Place, { folder, files, report }: SettingsReader): Promise<Uint8Array | undefined> {
  const faults = report.diagnostics.length
  const file = within(folder, path)
  const bytes = await files.bytes(file)
  if (bytes === undefined && report.diagnostics.length === faults) report.error(at, 'file.missing', `there is no file ${file}`)
  return bytes
}

function tell({ code, message, mend }: CertificateFault, at: Place, report: Report): void {
  report.error(at, code, message, mend)
}

function warnOfDates(certificate: X509Certificate, at: Place, what: string, now: number, report: Report): void {
  const { notBefore, notAfter } = new NetCertificate(certificate.raw)
  const day = (time: number) => new Date(time).toISOString().slice(0, 10)
  if (notAfter < now) report.warning(at, 'certificate.expired', `${what} ended on ${day(notAfter)}`, 'have it renewed')
  else if (notBefore > now) report.warning(at, 'certificate.notYetValid', `${what} begins on ${day(notBefore)}`)
}

function certificateOf(
  id: string,
  { chain, key }: { readonly chain: readonly X509Certificate[]; readonly key?: KeyObject },
): Certificate {
  const [own] = chain
  const net = new NetCertificate(own?.raw ?? new Uint8Array()) // a content has at least its own certificate
  return {
    id,
    thumbprint: Buffer.from(net.thumbprint).toString('hex').toUpperCase(),
    subject: nameText(net.subject),
    notBefore: net.notBefore,
    notAfter: net.notAfter,
    chain: chain.map(String),
    ...(key === undefined ? {} : { key }),
  }
}
