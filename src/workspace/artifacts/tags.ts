import { join } from 'node:path'
import type { Tag } from '../../catalog/catalog.ts'
import { didYouMean } from '../near-names.ts'
import type { Place } from '../text/text-node.ts'
import { type ArtifactSource, readArtifacts, readLinkList, readLinks } from './artifact-source.ts'
import { nameIndex, splitRevision } from './resource-id.ts'

/** Tags, and which APIs carry them: API name (without revision, lower case) to tag names. */
export interface TagsOfApis {
  readonly tags: readonly Tag[]
  readonly byApi: ReadonlyMap<string, ReadonlySet<string>>
}

/** Reads the links from both sides: `tags/<tag>/apis/<api>` as APIOps lays them out, and an API's own list as it did before. */
export async function readTags(source: ArtifactSource, apiNames: readonly string[]): Promise<TagsOfApis> {
  const artifacts = await readArtifacts(source, { folder: 'tags', file: 'tagInformation.json', section: 'tags' })
  const tags = artifacts.map(({ name, properties }) => ({ name, displayName: properties.text('displayName') ?? name }))
  const tagNames = nameIndex(tags.map(tag => tag.name))
  const apis = nameIndex(apiNames.map(name => splitRevision(name).root))
  const byApi = new Map<string, Set<string>>()
  const link = (api: string, tag: string, at: Place) => {
    const found = apis.find(splitRevision(api).root)
    if (found === undefined) {
      source.report.warning(
        at,
        'reference.unknown',
        `the tag '${tag}' is on an API '${api}' that is not here`,
        didYouMean(api, apis.names),
      )
      return
    }
    const key = found.toLowerCase()
    byApi.set(key, (byApi.get(key) ?? new Set()).add(tagNames.find(tag) ?? tag))
  }
  for (const tag of tags) {
    const folder = join(source.folder, 'tags', tag.name, 'apis')
    for (const { name, at } of await readLinks(source, folder, 'tagApiInformation.json')) link(name, tag.name, at)
  }
  for (const api of apiNames) {
    const folder = join(source.folder, 'apis', api)
    const own = await readLinks(source, join(folder, 'tags'), 'apiTagInformation.json')
    const listed = await readLinkList(source, join(folder, 'tags.json'))
    for (const { name, at } of [...own, ...listed]) link(api, name, at)
  }
  return { tags, byApi }
}
