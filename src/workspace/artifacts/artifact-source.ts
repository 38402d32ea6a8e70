import { join } from 'node:path'
import type { PolicyDocument } from '../../catalog/catalog.ts'
import { type Environment, type PolicyOverride, policyOverrideIn } from '../environment.ts'
import type { WorkspaceFiles } from '../folder.ts'
import type { Report } from '../report.ts'
import { type Fields, fieldsOf } from '../text/fields.ts'
import { memberOf, type ObjectNode, type Place } from '../text/text-node.ts'

/** Where artifacts come from: the folder, the environment's overrides over it, and where faults go. */
export interface ArtifactSource {
  readonly folder: string
  readonly files: WorkspaceFiles
  readonly environment: Environment
  readonly report: Report
}

/** One artifact: its name, its `properties` with the environment's laid over them, and where it is described. */
export interface Artifact {
  readonly name: string
  readonly file: string
  readonly at: Place
  readonly properties: Fields
  /** The environment's entry for it, for what it nests. */
  readonly override?: ObjectNode
}

/** A kind of artifact that APIOps lays out as `<folder>/<name>/<file>`. */
export interface ArtifactKind {
  readonly folder: string
  readonly file: string
  /** Its list in a configuration file. */
  readonly section: string
}

/** All artifacts of a kind, by name. A folder without its information file is passed over: APIOps does not publish it either. */
export async function readArtifacts(source: ArtifactSource, kind: ArtifactKind): Promise<readonly Artifact[]> {
  const folder = join(source.folder, kind.folder)
  const artifacts: Artifact[] = []
  const seen = new Map<string, string>()
  for (const name of await source.files.folders(folder)) {
    const file = join(folder, name, kind.file)
    const node = await source.files.object(file)
    if (node === undefined) continue
    const twin = seen.get(name.toLowerCase())
    // Azure's names are the same in any case; a file system's often are not.
    if (twin !== undefined) source.report.error(node.at, 'name.duplicate', `'${name}' and '${twin}' are one name to Azure`)
    seen.set(name.toLowerCase(), name)
    artifacts.push(artifactOf(source, kind, name, file, node))
  }
  return artifacts
}

function artifactOf(source: ArtifactSource, kind: ArtifactKind, name: string, file: string, node: ObjectNode): Artifact {
  const merged = source.environment.apply(kind.section, name, node)
  const override = source.environment.entry(kind.section, name)
  const properties = memberOf(merged, 'properties')
  if (properties !== undefined && properties.kind !== 'object') {
    source.report.error(properties.at, 'value.type', "'properties' should be an object")
  }
  const empty: ObjectNode = { kind: 'object', at: merged.at, members: new Map() }
  return {
    name,
    file,
    at: node.at,
    properties: fieldsOf(properties?.kind === 'object' ? properties : empty, source.report),
    ...(override === undefined ? {} : { override }),
  }
}

/** Names of the links in a folder such as `products/starter/apis`, with the place that says so. */
export async function readLinks(
  source: ArtifactSource,
  folder: string,
  file: string,
): Promise<readonly { name: string; at: Place }[]> {
  const names = await source.files.folders(folder)
  return names.map(name => ({ name, at: { file: join(folder, name, file), line: 1, column: 1 } }))
}

/** Links as older APIOps writes them: one JSON list of `{name}`, such as `products/starter/apis.json`. */
export async function readLinkList(source: ArtifactSource, file: string): Promise<readonly { name: string; at: Place }[]> {
  const list = await source.files.list(file)
  return (list?.items ?? []).flatMap(item => {
    if (item.kind !== 'object') return []
    const name = fieldsOf(item, source.report).requiredText('name')
    return name === undefined ? [] : [{ name, at: item.at }]
  })
}

/** The policy file of a scope, or the environment's text in its stead. */
export async function readPolicy(
  source: ArtifactSource,
  file: string,
  override: ObjectNode | PolicyOverride | undefined,
): Promise<PolicyDocument | undefined> {
  const replaced = override !== undefined && 'text' in override ? override : policyOverrideIn(override)
  const text = await source.files.text(file)
  if (replaced === undefined) return text === undefined ? undefined : { file, text }
  // Blank lines in front keep the lines of diagnostics those of the configuration file.
  return { file: replaced.at.file, text: '\n'.repeat(replaced.at.line) + replaced.text }
}
