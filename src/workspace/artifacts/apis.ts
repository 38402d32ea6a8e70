import { join } from 'node:path'
import type { Api, Operation, VersionSet } from '../../catalog/catalog.ts'
import { didYouMean } from '../near-names.ts'
import { type Report, startOf } from '../report.ts'
import { readApiSchemas } from '../schemas/read-schemas.ts'
import { type Artifact, type ArtifactSource, readArtifacts, readPolicy } from './artifact-source.ts'
import { isAddress } from './backends.ts'
import { readOperations } from './operations.ts'
import { nameIndex, parseResourceId, splitRevision } from './resource-id.ts'
import { findSpecification, notServedReason } from './specification-file.ts'

const kind = { folder: 'apis', file: 'apiInformation.json', section: 'apis' }

/** APIs with all their revisions, without tags: those are linked once all names are known. */
export async function readApis(source: ArtifactSource, versionSets: readonly VersionSet[]): Promise<readonly Api[]> {
  const artifacts = await readArtifacts(source, kind)
  await refuseUndescribed(source, artifacts)
  const roots = new Map(artifacts.map(artifact => [artifact.name.toLowerCase(), artifact]))
  const apis: Api[] = []
  for (const artifact of artifacts) {
    const { root, revision } = splitRevision(artifact.name)
    const current = revision === undefined ? undefined : roots.get(root.toLowerCase())
    if (checkRevision(artifact, revision, current, source.report)) apis.push(await apiOf(source, artifact, current, versionSets))
  }
  return apis
}

async function refuseUndescribed(source: ArtifactSource, artifacts: readonly Artifact[]): Promise<void> {
  const described = new Set(artifacts.map(artifact => artifact.name))
  for (const name of await source.files.folders(join(source.folder, kind.folder))) {
    const path = join(source.folder, kind.folder, name)
    if (described.has(name) || (await source.files.files(path)).length === 0) continue
    if (await source.files.exists(join(path, kind.file))) continue // there, and its fault is reported
    source.report.error(
      startOf(join(path, kind.file)),
      'file.missing',
      `the API '${name}' has no ${kind.file}`,
      'export it too, or take the folder out',
    )
  }
}

/** A revision's number is its folder's; the folder without a number is the current revision, as APIOps has it. */
function checkRevision(artifact: Artifact, revision: string | undefined, current: Artifact | undefined, report: Report): boolean {
  if (revision === undefined) return true
  if (current === undefined) {
    const message = `'${artifact.name}' is a revision of an API that is not here`
    report.error(
      artifact.at,
      'api.revision',
      message,
      `export the current revision as '${splitRevision(artifact.name).root}' too`,
    )
    return false
  }
  if ((current.properties.text('apiRevision') ?? '1') === revision) {
    report.error(
      artifact.at,
      'api.revision',
      `revision ${revision} is the current one, which '${current.name}' describes already`,
    )
    return false
  }
  const said = artifact.properties.text('apiRevision')
  if (said !== undefined && said !== revision) {
    const message = `'apiRevision' is ${said}, and the folder says ${revision}: the folder counts`
    report.warning(artifact.properties.at('apiRevision'), 'api.revision', message)
  }
  return true
}

async function apiOf(
  source: ArtifactSource,
  artifact: Artifact,
  current: Artifact | undefined,
  versionSets: readonly VersionSet[],
): Promise<Api> {
  const { name, properties } = artifact
  // Azure keeps these the same for all revisions, and APIOps' publisher takes them from the current one.
  const shared = (current ?? artifact).properties
  const folder = join(source.folder, kind.folder, name)
  const specification = await findSpecification(source, folder)
  const type = specification.typeOf(shared.text('type') ?? shared.text('apiType'), shared, source.report)
  const notServed = notServedReason(type)
  const operations = notServed === undefined ? await readOperations(source, artifact, specification, type) : []
  const policy = await readPolicy(source, join(folder, 'policy.xml'), artifact.override)
  const ownSchemas = await readApiSchemas(source, folder, name)
  const serviceUrl = serviceUrlOf(artifact, source.report)
  const keyNames = properties.fields('subscriptionKeyParameterNames')
  return {
    name,
    displayName: shared.text('displayName') ?? name,
    path: pathOf(shared.text('path') ?? splitRevision(name).root),
    type,
    ...(notServed === undefined ? {} : { notServed }),
    revision: splitRevision(name).revision ?? properties.text('apiRevision') ?? '1',
    isCurrent: current === undefined,
    ...versionOf(shared, versionSets, source.report),
    protocols: protocolsOf(artifact, shared, source.report),
    ...(serviceUrl === undefined ? {} : { serviceUrl }),
    // Azure's own default when it is left out, and the closed one.
    subscriptionRequired: shared.flag('subscriptionRequired') ?? true,
    subscriptionKeyNames: {
      header: keyNames?.text('header') ?? 'Ocp-Apim-Subscription-Key',
      query: keyNames?.text('query') ?? 'subscription-key',
    },
    operations: operations as readonly Operation[],
    ...(policy === undefined ? {} : { policy }),
    ...ownSchemas,
    tags: [],
    file: artifact.file,
  }
}

/** No slash at either end. */
export function pathOf(raw: string): string {
  return raw.replace(/^\/+|\/+$/g, '')
}

function serviceUrlOf({ properties }: Artifact, report: Report): string | undefined {
  const serviceUrl = properties.text('serviceUrl')?.trim()
  if (serviceUrl === undefined || serviceUrl === '') return undefined
  if (!isAddress(serviceUrl)) {
    report.error(
      properties.at('serviceUrl'),
      'value.format',
      `'${serviceUrl}' is not the address of a service`,
      'write https://host/path',
    )
  }
  return serviceUrl
}

const protocols = ['http', 'https', 'ws', 'wss'] as const

function protocolsOf(artifact: Artifact, shared: Artifact['properties'], report: Report): Api['protocols'] {
  const found = shared.texts('protocols').flatMap(({ text, at }) => {
    const protocol = protocols.find(known => known === text.toLowerCase())
    if (protocol === undefined && shared === artifact.properties) {
      report.error(at, 'value.choice', `'${text}' is not a protocol`, didYouMean(text, protocols))
    }
    return protocol ?? []
  })
  return found.length === 0 ? ['https'] : found
}

function versionOf(
  shared: Artifact['properties'],
  versionSets: readonly VersionSet[],
  report: Report,
): Pick<Api, 'version' | 'versionSet'> {
  const version = shared.text('apiVersion')
  const id = shared.text('apiVersionSetId')
  const named = id === undefined ? undefined : (parseResourceId(id)?.name ?? id)
  const known = nameIndex(versionSets.map(set => set.name))
  const versionSet = named === undefined ? undefined : known.find(named)
  if (named !== undefined && versionSet === undefined) {
    const mend = didYouMean(named, known.names)
    report.error(shared.at('apiVersionSetId'), 'reference.unknown', `there is no version set '${named}'`, mend)
  }
  return {
    ...(version === undefined || version === '' ? {} : { version }),
    ...(versionSet === undefined ? {} : { versionSet }),
  }
}
