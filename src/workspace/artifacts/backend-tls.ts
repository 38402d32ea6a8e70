import type { Backend, ServerPins } from '../../catalog/catalog.ts'
import type { Report } from '../report.ts'
import type { Fields } from '../text/fields.ts'

/** How a backend must prove itself (`properties.tls`). */
export function tlsOf(tls: Fields | undefined, hasProxy: boolean, report: Report): Backend['tls'] {
  const pins = tls === undefined ? undefined : pinsOf(tls, report)
  if (tls !== undefined && pins !== undefined && hasProxy) {
    const message = 'a certificate that is named cannot be looked at through a proxy'
    report.error(
      tls.node.at,
      'backend.unsupported',
      message,
      'name its authority under certificateAuthorities instead, or leave the proxy out',
    )
  }
  return {
    validateCertificateChain: tls?.flag('validateCertificateChain') ?? true,
    validateCertificateName: tls?.flag('validateCertificateName') ?? true,
    ...(pins === undefined ? {} : { pins }),
  }
}

function pinsOf(tls: Fields, report: Report): ServerPins | undefined {
  const thumbprints = tls.texts('serverCertificateThumbprints').flatMap(({ text, at }) => thumbprintOf(text, at, report) ?? [])
  const names = tls.list('serverX509Names').flatMap((entry): ServerPins['names'] => {
    const name = entry.requiredText('name')
    const issuer = entry.text('issuerCertificateThumbprint')
    if (name === undefined) return []
    if (issuer === undefined || issuer.trim() === '') return [{ name: plainName(name) }]
    const issuerThumbprint = thumbprintOf(issuer, entry.at('issuerCertificateThumbprint'), report)
    return issuerThumbprint === undefined ? [] : [{ name: plainName(name), issuerThumbprint }]
  })
  return thumbprints.length + names.length === 0 ? undefined : { thumbprints, names }
}

/** `CN=name` is written, too. */
const plainName = (name: string) => name.trim().replace(/^CN=/i, '')

function thumbprintOf(text: string, at: Fields['node']['at'], report: Report): string | undefined {
  const thumbprint = text.replace(/[\s:\u200e]/g, '').toUpperCase()
  if (/^[0-9A-F]{40}$/.test(thumbprint)) return thumbprint
  report.error(at, 'value.format', `'${text}' is no thumbprint`, 'give the SHA-1 of the certificate: 40 hexadecimal digits')
  return undefined
}
