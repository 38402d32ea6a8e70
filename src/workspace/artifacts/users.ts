import { join } from 'node:path'
import type { Developer, Group } from '../../catalog/catalog.ts'
import { gatehouseKeys } from '../known-keys.ts'
import { didYouMean } from '../near-names.ts'
import type { Report } from '../report.ts'
import { dateOf } from '../text/date-of.ts'
import type { Fields } from '../text/fields.ts'
import type { Place } from '../text/text-node.ts'
import { type ArtifactSource, readArtifacts, readLinks } from './artifact-source.ts'
import { nameIndex, parseResourceId } from './resource-id.ts'

const states = ['active', 'blocked', 'pending', 'deleted'] as const

interface Named {
  readonly name: string
  readonly at: Place
}

/**
 * Developers, from `users/NAME/userInformation.json` (Azure Resource Manager's properties, with `groups: [name]`) and from `users:` of
 * gatehouse.yaml (the same properties). APIOps extracts none: an owner that is described nowhere is known by its name alone.
 */
export async function readUsers(
  source: ArtifactSource,
  listed: Fields | undefined,
  groups: readonly Group[],
): Promise<readonly Developer[]> {
  const known = nameIndex(groups.map(group => group.name))
  const users: Developer[] = []
  for (const artifact of await readArtifacts(source, { folder: 'users', file: 'userInformation.json', section: 'users' })) {
    const links = await readLinks(source, join(source.folder, 'users', artifact.name, 'groups'), 'userGroupInformation.json')
    users.push(developerOf(artifact.name, artifact.properties, links, known, source.report))
  }
  for (const name of listed?.node.members.keys() ?? []) {
    const fields = listed?.fields(name)
    if (fields === undefined) continue
    fields.refuseOthers(gatehouseKeys.user)
    if (users.some(user => user.name.toLowerCase() === name.toLowerCase()))
      source.report.error(fields.node.at, 'name.duplicate', `the user '${name}' is described in 'users/${name}' too`)
    for (const identity of fields.list('identities')) identity.refuseOthers(gatehouseKeys.userIdentity)
    users.push(developerOf(name, fields, [], known, source.report))
  }
  return users
}

function developerOf(
  name: string,
  fields: Fields,
  links: readonly Named[],
  known: ReturnType<typeof nameIndex>,
  report: Report,
): Developer {
  const registrationDate = dateOf(fields, 'registrationDate', report)
  const wanted = [...links, ...fields.texts('groups').map(({ text, at }) => ({ name: parseResourceId(text)?.name ?? text, at }))]
  return {
    name,
    email: fields.text('email') ?? '',
    firstName: fields.text('firstName') ?? '',
    lastName: fields.text('lastName') ?? '',
    note: fields.text('note') ?? '',
    state: fields.choice('state', states) ?? 'active',
    ...(registrationDate === undefined ? {} : { registrationDate }),
    identities: fields.list('identities').flatMap(identity => {
      const [provider, id] = [identity.requiredText('provider'), identity.requiredText('id')]
      return provider === undefined || id === undefined ? [] : [{ provider, id }]
    }),
    // as in Azure, whoever has an account is a developer
    groups: [...new Set(['developers', ...groupsOf(name, wanted, known, report)])],
  }
}

function groupsOf(
  user: string,
  wanted: readonly Named[],
  known: ReturnType<typeof nameIndex>,
  report: Report,
): readonly string[] {
  return wanted.flatMap(({ name, at }) => {
    const group = known.find(name)
    if (group !== undefined) return [group]
    report.error(
      at,
      'reference.unknown',
      `the user '${user}' is in the group '${name}', which is not here`,
      didYouMean(name, known.names),
    )
    return []
  })
}
