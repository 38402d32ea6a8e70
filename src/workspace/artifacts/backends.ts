import type { Backend } from '../../catalog/catalog.ts'
import type { Report } from '../report.ts'
import type { Fields } from '../text/fields.ts'
import { memberOf, textOf } from '../text/text-node.ts'
import { type Artifact, type ArtifactSource, readArtifacts } from './artifact-source.ts'

export async function readBackends(source: ArtifactSource): Promise<readonly Backend[]> {
  const kind = { folder: 'backends', file: 'backendInformation.json', section: 'backends' }
  const artifacts = await readArtifacts(source, kind)
  return artifacts.flatMap(artifact => backendOf(artifact, source.report) ?? [])
}

function backendOf(artifact: Artifact, report: Report): Backend | undefined {
  const { name, properties } = artifact
  refuseUnsupported(artifact, report)
  if (isPool(properties)) return undefined
  const url = properties.requiredText('url')
  if (url === undefined) return undefined
  if (!isAddress(url)) {
    report.error(
      properties.at('url'),
      'value.format',
      `'${url}' is not the address of a backend`,
      'write http://host/path or https://host/path',
    )
  }
  const title = properties.text('title')
  const credentials = credentialsOf(properties.fields('credentials'))
  const tls = properties.fields('tls')
  return {
    name,
    url,
    ...(title === undefined ? {} : { title }),
    protocol: properties.choice('protocol', ['http', 'soap']) ?? 'http',
    ...(credentials === undefined ? {} : { credentials }),
    tls: {
      validateCertificateChain: tls?.flag('validateCertificateChain') ?? true,
      validateCertificateName: tls?.flag('validateCertificateName') ?? true,
    },
  }
}

/** A named value in it is filled in later, so only what has none is judged here. */
export function isAddress(url: string): boolean {
  if (url.includes('{{')) return true
  return URL.canParse(url) && /^(https?|wss?):$/.test(new URL(url).protocol)
}

const isPool = (properties: Fields) =>
  properties.text('type')?.toLowerCase() === 'pool' || properties.fields('pool') !== undefined

/**
 * What would change where calls go, or what they carry, must not be skipped in silence. A circuit breaker only spares a failing
 * backend, so without it calls are still right, and a warning says enough.
 */
function refuseUnsupported({ name, properties }: Artifact, report: Report): void {
  const refuse = (fields: Fields | undefined, key: string, what: string) => {
    if (fields === undefined || isEmpty(fields, key)) return
    report.error(fields.at(key), 'backend.unsupported', `the backend '${name}' uses ${what}, which is not supported yet`)
  }
  const credentials = properties.fields('credentials')
  if (isPool(properties)) {
    const mend = 'name one of its backends in the policy, or give this one a url in the configuration of the environment'
    report.error(
      properties.at('pool'),
      'backend.unsupported',
      `the backend '${name}' is a pool, which is not supported yet`,
      mend,
    )
  }
  refuse(properties.fields('properties'), 'serviceFabricCluster', 'Service Fabric')
  refuse(credentials, 'certificate', 'a client certificate')
  refuse(credentials, 'certificateIds', 'a client certificate')
  refuse(credentials, 'managedIdentity', 'a managed identity')
  refuse(properties, 'proxy', 'a proxy')
  if (!isEmpty(properties, 'circuitBreaker')) {
    const message = `the circuit breaker of the backend '${name}' is not run yet: calls go on reaching a failing backend`
    report.warning(properties.at('circuitBreaker'), 'backend.unsupported', message)
  }
}

function isEmpty(fields: Fields, key: string): boolean {
  const node = memberOf(fields.node, key)
  if (node === undefined) return true
  if (node.kind === 'scalar') return node.value === null
  return node.kind === 'list' ? node.items.length === 0 : node.members.size === 0
}

function credentialsOf(credentials: Fields | undefined): Backend['credentials'] {
  if (credentials === undefined) return undefined
  const authorization = credentials.fields('authorization')
  const scheme = authorization?.requiredText('scheme')
  return {
    header: listsOf(credentials, 'header'),
    query: listsOf(credentials, 'query'),
    ...(scheme === undefined ? {} : { authorization: { scheme, parameter: authorization?.text('parameter') ?? '' } }),
  }
}

function listsOf(credentials: Fields, key: string): Record<string, readonly string[]> {
  const fields = credentials.fields(key)
  const entries = [...(fields?.node.members ?? [])].map(([name, { value }]): [string, readonly string[]] => {
    const single = textOf(value)
    return [name, single === undefined ? (fields?.texts(name).map(item => item.text) ?? []) : [single]]
  })
  return Object.fromEntries(entries)
}
