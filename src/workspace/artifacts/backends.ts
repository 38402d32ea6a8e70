import type { Backend } from '../../catalog/catalog.ts'
import { didYouMean } from '../near-names.ts'
import type { Report } from '../report.ts'
import type { Fields } from '../text/fields.ts'
import { memberOf, textOf } from '../text/text-node.ts'
import { type Artifact, type ArtifactSource, readArtifacts } from './artifact-source.ts'
import { breakerRulesOf, poolMembersOf } from './backend-health.ts'
import { nameIndex } from './resource-id.ts'

export async function readBackends(source: ArtifactSource): Promise<readonly Backend[]> {
  const kind = { folder: 'backends', file: 'backendInformation.json', section: 'backends' }
  const artifacts = await readArtifacts(source, kind)
  const single = artifacts
    .filter(({ properties }) => !isPool(properties))
    .flatMap(artifact => backendOf(artifact, source.report) ?? [])
  const pools = artifacts
    .filter(({ properties }) => isPool(properties))
    .flatMap(artifact => poolOf(artifact, single, source.report) ?? [])
  return [...single, ...pools].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** A pool of backends, none of them a pool itself. */
function poolOf({ name, properties }: Artifact, single: readonly Backend[], report: Report): Backend | undefined {
  const fields = properties.fields('pool')
  const index = nameIndex(single.map(backend => backend.name))
  const members = (fields === undefined ? [] : poolMembersOf(fields)).flatMap(({ at, ...member }) => {
    const backend = index.find(member.backend)
    if (backend !== undefined) return [{ ...member, backend }]
    report.error(
      at,
      'reference.unknown',
      `the pool '${name}' names '${member.backend}', which is no single backend`,
      didYouMean(member.backend, index.names),
    )
    return []
  })
  if (fields !== undefined && !isEmpty(fields, 'sessionAffinity')) {
    report.error(
      fields.at('sessionAffinity'),
      'backend.unsupported',
      `the pool '${name}' uses session affinity, which is not supported yet`,
    )
  }
  const first = single.find(backend => backend.name === members[0]?.backend)
  if (first === undefined) {
    if (fields === undefined || fields.list('services').length === 0)
      report.error(properties.at('pool'), 'value.missing', `the pool '${name}' has no backends`, 'add them under services')
    return undefined
  }
  const title = properties.text('title')
  return { name, url: first.url, protocol: 'http', tls: first.tls, pool: members, ...(title === undefined ? {} : { title }) }
}

function backendOf(artifact: Artifact, report: Report): Backend | undefined {
  const { name, properties } = artifact
  refuseUnsupported(artifact, report)
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
  const breaker = properties.fields('circuitBreaker')
  const rules = breaker === undefined ? [] : breakerRulesOf(breaker, name, report)
  return {
    name,
    url,
    ...(title === undefined ? {} : { title }),
    protocol: properties.choice('protocol', ['http', 'soap']) ?? 'http',
    ...(credentials === undefined ? {} : { credentials }),
    ...(rules.length === 0 ? {} : { circuitBreaker: rules }),
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

/** What would change where calls go, or what they carry, must not be skipped in silence. */
function refuseUnsupported({ name, properties }: Artifact, report: Report): void {
  const refuse = (fields: Fields | undefined, key: string, what: string) => {
    if (fields === undefined || isEmpty(fields, key)) return
    report.error(fields.at(key), 'backend.unsupported', `the backend '${name}' uses ${what}, which is not supported yet`)
  }
  const credentials = properties.fields('credentials')
  refuse(properties.fields('properties'), 'serviceFabricCluster', 'Service Fabric')
  refuse(credentials, 'certificate', 'a client certificate')
  refuse(credentials, 'certificateIds', 'a client certificate')
  refuse(credentials, 'managedIdentity', 'a managed identity')
  refuse(properties, 'proxy', 'a proxy')
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
