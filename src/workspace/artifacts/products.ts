import { join } from 'node:path'
import type { Group, Product } from '../../catalog/catalog.ts'
import { didYouMean } from '../near-names.ts'
import { type Artifact, type ArtifactSource, readArtifacts, readLinkList, readLinks, readPolicy } from './artifact-source.ts'
import { nameIndex, splitRevision } from './resource-id.ts'

/** Products with their links. A link to what is not here is an error: access would silently be other than it was meant. */
export async function readProducts(
  source: ArtifactSource,
  apiNames: readonly string[],
  groups: readonly Group[],
): Promise<readonly Product[]> {
  const kind = { folder: 'products', file: 'productInformation.json', section: 'products' }
  const apis = nameIndex(apiNames.map(name => splitRevision(name).root))
  const groupNames = nameIndex(groups.map(group => group.name))
  const products: Product[] = []
  for (const artifact of await readArtifacts(source, kind)) {
    const folder = join(source.folder, kind.folder, artifact.name)
    products.push({
      ...productOf(artifact),
      apis: await linked(source, folder, 'apis', 'productApiInformation.json', apis, artifact.name),
      groups: await linked(source, folder, 'groups', 'productGroupInformation.json', groupNames, artifact.name),
      ...(await policyOf(source, folder, artifact)),
    })
  }
  return products
}

async function policyOf(source: ArtifactSource, folder: string, artifact: Artifact): Promise<Pick<Product, 'policy'>> {
  const policy = await readPolicy(source, join(folder, 'policy.xml'), artifact.override)
  return policy === undefined ? {} : { policy }
}

function productOf({ name, properties }: Artifact): Omit<Product, 'apis' | 'groups' | 'policy'> {
  const subscriptionsLimit = properties.whole('subscriptionsLimit', { min: 0, max: 1_000_000 })
  return {
    name,
    displayName: properties.text('displayName') ?? name,
    state: properties.choice('state', ['published', 'notPublished']) ?? 'notPublished',
    // Azure's own default when it is left out, and the closed one.
    subscriptionRequired: properties.flag('subscriptionRequired') ?? true,
    approvalRequired: properties.flag('approvalRequired') ?? false,
    ...(subscriptionsLimit === undefined ? {} : { subscriptionsLimit }),
  }
}

async function linked(
  source: ArtifactSource,
  folder: string,
  what: 'apis' | 'groups',
  file: string,
  known: ReturnType<typeof nameIndex>,
  product: string,
): Promise<readonly string[]> {
  const links = [
    ...(await readLinks(source, join(folder, what), file)),
    ...(await readLinkList(source, join(folder, `${what}.json`))),
  ]
  const found = new Set<string>()
  for (const { name, at } of links) {
    const target = known.find(splitRevision(name).root)
    if (target !== undefined) found.add(target)
    else {
      const message = `the product '${product}' holds the ${what === 'apis' ? 'API' : 'group'} '${name}', which is not here`
      source.report.error(at, 'reference.unknown', message, didYouMean(name, known.names))
    }
  }
  return [...found]
}
