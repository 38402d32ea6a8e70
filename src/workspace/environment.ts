import { join } from 'node:path'
import type { WorkspaceFiles } from './folder.ts'
import { didYouMean } from './near-names.ts'
import { type Report, startOf } from './report.ts'
import { mergeObjects, withoutMembers } from './text/merge-nodes.ts'
import { type ListNode, memberOf, type ObjectNode, type Place, type ScalarNode, type TextNode, textOf } from './text/text-node.ts'

/**
 * APIOps' configuration file of one environment: lists of `{name, properties, …}` per kind of artifact, each laid over the
 * artifact of that name. Behaves as APIOps' publisher does: names match exactly (a revision is `orders;rev=2`), and an API's
 * `apiRevision` and `isCurrent` stay the artifact's own.
 */
export interface Environment {
  /** The artifact's own JSON with the override's members laid over it. */
  apply(section: string, name: string, artifact: ObjectNode): ObjectNode
  /** The override's entry, for what it nests (an API's operations and policies). */
  entry(section: string, name: string): ObjectNode | undefined
  /** The text that replaces the global policy. */
  readonly policy: PolicyOverride | undefined
  /** Warns about entries for names that were never asked for. Call it when all artifacts are read. */
  warnUnused(): void
}

export interface PolicyOverride {
  readonly text: string
  readonly at: Place
}

/** Sections that mean something to the publisher and nothing to a gateway, or that nest no artifact of their own. */
const unwatched = new Set(['apimServiceName', 'policies', 'loggers', 'diagnostics', 'gateways', 'workspaces', 'subscriptionId'])
const watched = [
  'apis',
  'products',
  'backends',
  'namedValues',
  'policyFragments',
  'subscriptions',
  'versionSets',
  'tags',
  'groups',
  'schemas',
  'authorizationProviders',
  'users',
] as const

const none: Environment = {
  apply: (_, __, artifact) => artifact,
  entry: () => undefined,
  policy: undefined,
  warnUnused: () => undefined,
}

/** Reads `configuration.NAME.yaml`, looked for in the workspace's folder, then in the artifacts' folder. */
export async function readEnvironment(
  name: string | undefined,
  folders: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  files: WorkspaceFiles,
  report: Report,
): Promise<Environment> {
  if (name === undefined) return none
  const path = await findFile(name, folders, files, report)
  const root = path === undefined ? undefined : await files.object(path)
  if (root === undefined) return none
  warnUnknownSections(root, report)
  // Tokens are replaced before anything is read: a secret's place holder must never pass for the secret.
  return environmentOf(replaceTokens(root, env, [], report) as ObjectNode, report)
}

async function findFile(name: string, folders: readonly string[], files: WorkspaceFiles, report: Report) {
  if (!/^[A-Za-z0-9._-]+$/.test(name)) {
    const mend = 'give NAME of a file configuration.NAME.yaml beside the artifacts: letters, digits, dots, dashes and underlines'
    report.error(startOf(folders[0] ?? '.'), 'environment.missing', `'${name}' is not the name of an environment`, mend)
    return undefined
  }
  const found: string[] = []
  for (const folder of folders) {
    const names = await files.files(folder)
    for (const ending of ['yaml', 'yml']) {
      if (names.includes(`configuration.${name}.${ending}`)) return join(folder, `configuration.${name}.${ending}`)
    }
    found.push(...names.flatMap(file => /^configuration\.(.+)\.ya?ml$/.exec(file)?.[1] ?? []))
  }
  const path = join(folders[0] ?? '.', `configuration.${name}.yaml`)
  report.error(startOf(path), 'environment.missing', `there is no configuration.${name}.yaml`, didYouMean(name, new Set(found)))
  return undefined
}

function warnUnknownSections(root: ObjectNode, report: Report): void {
  for (const [key, { keyAt }] of root.members) {
    if (unwatched.has(key) || watched.some(section => section === key)) continue
    const mend = didYouMean(key, watched)
    report.warning(keyAt, 'environment.nameUnknown', `'${key}' is not a list that is read here`, mend)
  }
}

function environmentOf(root: ObjectNode, report: Report): Environment {
  const sections = new Map(watched.map(section => [section as string, entriesOf(root, section, report)]))
  const asked = new Map(watched.map(section => [section as string, new Set<string>()]))
  const entry = (section: string, name: string) => {
    asked.get(section)?.add(name)
    return sections.get(section)?.get(name)
  }
  return {
    entry,
    apply: (section, name, artifact) => {
      const found = entry(section, name)
      return found === undefined ? artifact : mergeObjects(artifact, section === 'apis' ? withoutRevision(found) : found)
    },
    policy: policyOverrideIn(root),
    warnUnused: () => {
      for (const [section, entries] of sections) {
        for (const [name, node] of entries) {
          const known = asked.get(section) ?? new Set()
          if (known.has(name)) continue
          const at = memberOf(node, 'name')?.at ?? node.at
          const message = `no artifact of '${section}' is named '${name}', so this changes nothing`
          report.warning(at, 'environment.nameUnknown', message, didYouMean(name, known))
        }
      }
    },
  }
}

function entriesOf(root: ObjectNode, section: string, report: Report): ReadonlyMap<string, ObjectNode> {
  const list = memberOf(root, section)
  const entries = new Map<string, ObjectNode>()
  if (list === undefined || (list.kind === 'scalar' && list.value === null)) return entries
  if (list.kind !== 'list') {
    report.error(list.at, 'value.type', `'${section}' should be a list of {name, properties}`)
    return entries
  }
  for (const item of list.items) {
    const name = textOf(memberOf(item, 'name'))
    if (item.kind !== 'object' || name === undefined)
      report.error(item.at, 'value.missing', "this entry has no 'name'", 'write name: with the name of what it changes')
    else if (entries.has(name)) {
      // The publisher then applies neither; refusing says so before a deployment shows it.
      report.error(item.at, 'environment.duplicate', `'${name}' stands twice in '${section}'`)
    } else entries.set(name, item)
  }
  return entries
}

function withoutRevision(entry: ObjectNode): ObjectNode {
  const properties = entry.members.get('properties')
  if (properties?.value.kind !== 'object') return entry
  const value = withoutMembers(properties.value, ['apiRevision', 'isCurrent'])
  return { ...entry, members: new Map(entry.members).set('properties', { ...properties, value }) }
}

/** `policies: [{name: policy, properties: {value: <xml>}}]`; without a value (a bare format) the artifact's text stays. */
export function policyOverrideIn(entry: ObjectNode | undefined): PolicyOverride | undefined {
  const list = memberOf(entry, 'policies')
  const items = list?.kind === 'list' ? list.items : []
  const policy = items.find(item => textOf(memberOf(item, 'name')) === 'policy')
  const value = memberOf(memberOf(policy, 'properties'), 'value')
  const text = textOf(value)
  return value === undefined || text === undefined ? undefined : { text, at: value.at }
}

/** The entry of one name in a nested list, such as an API's `operations`. */
export function nestedEntry(entry: ObjectNode | undefined, section: string, name: string): ObjectNode | undefined {
  const list = memberOf(entry, section)
  const items = (list as ListNode | undefined)?.kind === 'list' ? (list as ListNode).items : []
  return items.find((item): item is ObjectNode => item.kind === 'object' && textOf(memberOf(item, 'name')) === name)
}

const tokenForm = /\{#([A-Za-z_][A-Za-z0-9_.-]*)#\}/g

/**
 * `{#NAME#}` stands for a secret that a pipeline puts in before publishing. Here it comes from the environment variable of
 * that name. Unset, a named value has no value (what uses it says so); anywhere else that is an error, since the place holder
 * itself would become a key or an address that anybody can read in the repository.
 */
function replaceTokens(
  node: TextNode,
  env: Readonly<Record<string, string | undefined>>,
  path: readonly string[],
  report: Report,
): TextNode {
  if (node.kind === 'list') return { ...node, items: node.items.map(item => replaceTokens(item, env, path, report)) }
  if (node.kind === 'object') {
    const members = [...node.members].map(([key, member]) => {
      return [key, { ...member, value: replaceTokens(member.value, env, [...path, key], report) }] as const
    })
    return { ...node, members: new Map(members) }
  }
  if (typeof node.value !== 'string' || !node.value.includes('{#')) return node
  return replaceInText(node, node.value, env, path, report)
}

function replaceInText(
  node: ScalarNode,
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  path: readonly string[],
  report: Report,
): ScalarNode {
  const unset = new Set<string>()
  const value = text.replace(tokenForm, (token, name: string) => {
    const found = env[name]
    if (found === undefined) unset.add(name)
    return found ?? token
  })
  if (unset.size === 0) return { ...node, value }
  const message = `no environment variable ${[...unset].join(', ')} for this place holder`
  if (path[0] === 'namedValues' && path.at(-1) === 'value') {
    report.warning(node.at, 'environment.tokenUnset', `${message}: the named value has no value here`)
    return { ...node, value: null }
  }
  report.error(node.at, 'environment.tokenUnset', message, 'set it, or write the value into the configuration file')
  return { ...node, value: null }
}
