import type { Backend, Certificate } from '../../catalog/catalog.ts'
import { didYouMean } from '../near-names.ts'
import type { Report } from '../report.ts'
import type { Fields } from '../text/fields.ts'
import { memberOf } from '../text/text-node.ts'
import { type Artifact, type ArtifactSource, readArtifacts } from './artifact-source.ts'
import { credentialsOf, proxyOf } from './backend-credentials.ts'
import { breakerRulesOf, poolMembersOf, sessionAffinityOf } from './backend-health.ts'
import { checkReferences } from './backend-references.ts'
import { tlsOf } from './backend-tls.ts'
import { nameIndex } from './resource-id.ts'

/** What backends may name: certificates of gatehouse.yaml, and named values by their display names. */
export interface BackendSurroundings {
  readonly certificates: readonly Certificate[]
  readonly namedValues: ReadonlySet<string>
}

export async function readBackends(
  source: ArtifactSource,
  { certificates, namedValues }: BackendSurroundings,
): Promise<readonly Backend[]> {
  const kind = { folder: 'backends', file: 'backendInformation.json', section: 'backends' }
  const artifacts = await readArtifacts(source, kind)
  const single = artifacts
    .filter(({ properties }) => !isPool(properties))
    .flatMap(artifact => backendOf(artifact, certificates, source.report) ?? [])
  const pools = artifacts
    .filter(({ properties }) => isPool(properties))
    .flatMap(artifact => poolOf(artifact, single, source.report) ?? [])
  for (const { properties } of artifacts) checkReferences(properties, namedValues, source.report)
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
  const first = single.find(backend => backend.name === members[0]?.backend)
  if (first === undefined) {
    if (fields === undefined || fields.list('services').length === 0)
      report.error(properties.at('pool'), 'value.missing', `the pool '${name}' has no backends`, 'add them under services')
    return undefined
  }
  const title = properties.text('title')
  const affinity = fields === undefined ? undefined : sessionAffinityOf(fields, report)
  return {
    name,
    url: first.url,
    protocol: 'http',
    tls: first.tls,
    pool: members,
    ...(title === undefined ? {} : { title }),
    ...(affinity === undefined ? {} : { sessionAffinity: affinity }),
  }
}

function backendOf(artifact: Artifact, certificates: readonly Certificate[], report: Report): Backend | undefined {
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
  const credentials = credentialsOf(properties.fields('credentials'), certificates, report)
  const proxy = proxyOf(properties.fields('proxy'), report)
  const tls = tlsOf(properties.fields('tls'), proxy !== undefined, report)
  const breaker = properties.fields('circuitBreaker')
  const rules = breaker === undefined ? [] : breakerRulesOf(breaker, name, report)
  return {
    name,
    url,
    ...(title === undefined ? {} : { title }),
    protocol: properties.choice('protocol', ['http', 'soap']) ?? 'http',
    ...(credentials === undefined ? {} : { credentials }),
    ...(rules.length === 0 ? {} : { circuitBreaker: rules }),
    ...(proxy === undefined ? {} : { proxy }),
    tls,
  }
}

/** A named value in it is filled in later, so only what has none is judged here. */
export function isAddress(url: string): boolean {
  if (url.includes('{{')) return true
  return URL.canParse(url) && /^(https?|wss?):$/.test(new URL(url).protocol)
}

const isPool = (properties: Fields) =>
  properties.text('type')?.toLowerCase() === 'pool' || properties.fields('pool') !== undefined

/** What would change where calls go must not be skipped in silence. */
function refuseUnsupported({ name, properties }: Artifact, report: Report): void {
  const nested = properties.fields('properties')
  if (nested === undefined || isEmpty(nested, 'serviceFabricCluster')) return
  const message = `the backend '${name}' is a Service Fabric cluster, which is not served here`
  report.error(
    nested.at('serviceFabricCluster'),
    'backend.unsupported',
    message,
    'put a reverse proxy before it and name that by its URL',
  )
}

function isEmpty(fields: Fields, key: string): boolean {
  const node = memberOf(fields.node, key)
  if (node === undefined) return true
  if (node.kind === 'scalar') return node.value === null
  return node.kind === 'list' ? node.items.length === 0 : node.members.size === 0
}
