import type { Subscription } from '../../catalog/catalog.ts'
import { didYouMean } from '../near-names.ts'
import type { Report } from '../report.ts'
import { dateOf } from '../text/date-of.ts'
import { type Artifact, type ArtifactSource, readArtifacts } from './artifact-source.ts'
import { nameIndex, parseResourceId, splitRevision } from './resource-id.ts'

const states = ['active', 'suspended', 'submitted', 'rejected', 'cancelled', 'expired'] as const

/** Subscriptions; a scope that names nothing here is an error, since the key would open nothing. */
export async function readSubscriptions(
  source: ArtifactSource,
  apiNames: readonly string[],
  products: readonly string[],
): Promise<readonly Subscription[]> {
  const kind = { folder: 'subscriptions', file: 'subscriptionInformation.json', section: 'subscriptions' }
  const known = {
    api: nameIndex(apiNames.map(name => splitRevision(name).root)),
    product: nameIndex(products),
  }
  const artifacts = await readArtifacts(source, kind)
  refuseSharedKeys(artifacts, source.report)
  return artifacts.flatMap(artifact => {
    const scope = scopeOf(artifact, known, source.report)
    return scope === undefined ? [] : [subscriptionOf(artifact, scope, source.report)]
  })
}

/** A key that opens two subscriptions would be answered by whichever comes first. The key itself is never shown. */
function refuseSharedKeys(artifacts: readonly Artifact[], report: Report): void {
  const owners = new Map<string, string>()
  for (const { name, properties } of artifacts) {
    for (const which of ['primaryKey', 'secondaryKey']) {
      const key = properties.text(which)
      if (key === undefined || key === '') continue
      const owner = owners.get(key)
      if (owner !== undefined && owner !== name) {
        report.error(
          properties.at(which),
          'subscription.keyShared',
          `the subscriptions '${name}' and '${owner}' have the same key`,
        )
      }
      owners.set(key, name)
    }
  }
}

function subscriptionOf({ name, properties }: Artifact, scope: Subscription['scope'], report: Report): Subscription {
  const primaryKey = properties.text('primaryKey')
  const secondaryKey = properties.text('secondaryKey')
  const owner = properties.text('ownerId')
  return {
    name,
    displayName: properties.text('displayName') ?? name,
    scope,
    // Azure's own default when it is left out.
    state: properties.choice('state', states) ?? 'submitted',
    ...(primaryKey === undefined || primaryKey === '' ? {} : { primaryKey }),
    ...(secondaryKey === undefined || secondaryKey === '' ? {} : { secondaryKey }),
    allowTracing: properties.flag('allowTracing') ?? false,
    ...(owner === undefined ? {} : { owner: parseResourceId(owner)?.name ?? owner }),
    ...datesOf(properties, report),
  }
}

type Dates = Pick<Subscription, 'createdDate' | 'startDate' | 'endDate' | 'expirationDate'>

function datesOf(properties: Artifact['properties'], report: Report): Dates {
  const dates = (['createdDate', 'startDate', 'endDate', 'expirationDate'] as const).map(key => [
    key,
    dateOf(properties, key, report),
  ])
  return Object.fromEntries(dates.filter(([, date]) => date !== undefined))
}

const isService = (scope: string) => /^(\/|.*\/providers\/microsoft\.apimanagement\/service\/[^/]+\/?)$/i.test(scope)

function scopeOf(
  { properties }: Artifact,
  known: Record<'api' | 'product', ReturnType<typeof nameIndex>>,
  report: Report,
): Subscription['scope'] | undefined {
  const raw = properties.requiredText('scope')
  if (raw === undefined) return undefined
  const id = parseResourceId(raw)
  const kind = id?.kind.toLowerCase()
  // the built-in all-access subscription has the whole service as its scope
  if ((kind === 'apis' && id?.name === undefined) || isService(raw)) return { kind: 'allApis' }
  if (id?.name === undefined || (kind !== 'apis' && kind !== 'products')) {
    report.error(
      properties.at('scope'),
      'value.format',
      `'${raw}' is not a scope`,
      "write '/apis', '/apis/NAME' or '/products/NAME'",
    )
    return undefined
  }
  const wanted = kind === 'apis' ? 'api' : 'product'
  const name = known[wanted].find(splitRevision(id.name).root)
  if (name === undefined) {
    const mend = didYouMean(id.name, known[wanted].names)
    report.error(
      properties.at('scope'),
      'reference.unknown',
      `there is no ${wanted === 'api' ? 'API' : 'product'} '${id.name}'`,
      mend,
    )
    return undefined
  }
  return wanted === 'api' ? { kind: 'api', api: name } : { kind: 'product', product: name }
}
