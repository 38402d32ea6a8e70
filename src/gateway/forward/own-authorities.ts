import { createHash } from 'node:crypto'
import { getCACertificates, rootCertificates } from 'node:tls'

/** Authorities that backends' certificates may come from: this machine's and those of the workspace. */
export interface OwnAuthorities {
  readonly ca: readonly string[]
  /** Same for the same authorities: what connections are kept apart by. */
  readonly fingerprint: string
}

/** Undefined when the workspace names none: then Node's default holds. */
export function ownAuthorities(pems: readonly string[]): OwnAuthorities | undefined {
  if (pems.length === 0) return undefined
  const machine = getCACertificates?.('default') ?? rootCertificates // versions of Node before 22.15 tell their bundled ones only
  return { ca: [...machine, ...pems], fingerprint: createHash('sha256').update(pems.join()).digest('base64') }
}
