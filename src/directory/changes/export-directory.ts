import { isDeepStrictEqual } from 'node:util'
import { isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml'
import type { DirectoryDocument } from '../../catalog/directory.ts'
import { isObject } from '../../identity/json-object.ts'
import { readDirectory } from '../../workspace/local-directory/read-directory.ts'
import { createReport } from '../../workspace/report.ts'
import { readYaml } from '../../workspace/text/read-yaml.ts'
import { withCredentialIds } from './credential-ids.ts'
import { directoryYaml, type Plain, type PlainDirectory, plainDirectory } from './directory-yaml.ts'

/**
 * `directory.yaml` as it stands with the changes: its own text, changed where something changed, so that comments and the way it is written stay. When
 * that would not read back as the same directory (names that others go by have changed), the whole is written anew.
 */
export function exportDirectory(text: string, file: DirectoryDocument, changed: DirectoryDocument): string {
  if (isDeepStrictEqual(withCredentialIds(file), changed)) return text
  const edited = editText(text, plainDirectory(withCredentialIds(file)), plainDirectory(changed))
  return edited !== undefined && readsAs(edited, changed) ? edited : directoryYaml(changed)
}

function readsAs(text: string, wanted: DirectoryDocument): boolean {
  const report = createReport()
  const root = readYaml('directory.yaml', text, report)
  const read = root?.kind === 'object' ? readDirectory(wanted.file, root, report) : undefined
  return report.diagnostics.length === 0 && read !== undefined && isDeepStrictEqual(withCredentialIds(read), wanted)
}

const lists = ['users', 'groups', 'applications', 'appRoleAssignments', 'directoryRoles', 'conditionalAccessPolicies'] as const

/** Undefined when the text is written in a way that cannot be followed (aliases, say). */
function editText(text: string, before: PlainDirectory, after: PlainDirectory): string | undefined {
  const document = parseDocument(text, { stringKeys: true })
  const root = document.contents
  if (!isMap(root)) return undefined
  const editor = new Editor(value => document.createNode(value))
  const done = lists.every(name => editor.list(root, name, before[name] ?? [], after[name] ?? []))
  if (!done) return undefined
  try {
    return document.toString({ lineWidth: 0 })
  } catch {
    return undefined // an alias whose anchor went
  }
}

/** Ids that are made from names when a file leaves them out. */
const idKeys = ['id', 'appId', 'servicePrincipalId', 'keyId']

class Editor {
  readonly #createNode: (value: unknown) => unknown

  constructor(createNode: (value: unknown) => unknown) {
    this.#createNode = createNode
  }

  /** Edits a list of objects: those that are gone are taken out, new ones stand at its end, the others are changed where they differ. */
  list(owner: YAMLMap, key: string, before: readonly Plain[], after: readonly Plain[]): boolean {
    if (isDeepStrictEqual(before, after)) return true
    const seq = owner.get(key)
    if (seq === undefined || seq === null || before.length === 0) {
      owner.set(key, this.#createNode(after))
      return true
    }
    if (!isSeq(seq) || seq.items.length !== before.length) return false
    const [old, wanted] = [before.map(identityOf), after.map(identityOf)]
    const isShorter = old.some(id => !wanted.includes(id))
    for (const [at, id] of old.entries()) {
      const node = seq.items[at]
      const target = after[wanted.indexOf(id)]
      if (target !== undefined && !(isMap(node) && this.#map(node, before[at] ?? {}, target, isShorter))) return false
    }
    seq.items = seq.items.filter((_, at) => wanted.includes(old[at] ?? ''))
    for (const [at, id] of wanted.entries()) if (!old.includes(id)) this.#append(seq, after[at])
    return true
  }

  #append(seq: YAMLSeq, value: unknown): void {
    const node = this.#createNode(value)
    const last = seq.items.at(-1)
    // a list of one-line objects goes on as one
    if (isMap(node) && isMap(last) && last.flow === true) node.flow = true
    seq.add(node)
  }

  /** Changes the members that differ. An object that changed says its ids, which may have come from a name; so do those of a list that got shorter. */
  #map(node: YAMLMap, before: Plain, after: Plain, writesIds = false): boolean {
    const isChanged = !isDeepStrictEqual(before, after)
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
      if (!isDeepStrictEqual(before[key], after[key]) && !this.#member(node, key, before[key], after[key])) return false
    if (isChanged || writesIds)
      for (const key of idKeys) if (after[key] !== undefined && !node.has(key)) node.set(key, after[key])
    return true
  }

  #member(node: YAMLMap, key: string, before: unknown, after: unknown): boolean {
    if (after === undefined) return node.delete(key)
    const there = node.get(key)
    if (isMap(there) && isObject(before) && isObject(after)) return this.#map(there, before, after)
    if (isPlains(before) && isPlains(after) && before.length + after.length > 0) return this.list(node, key, before, after)
    if (isSeq(there) && isTexts(before) && isTexts(after) && there.items.length === before.length) {
      there.items = there.items.filter((_, at) => after.includes(before[at] ?? ''))
      for (const text of after) if (!before.includes(text)) there.add(this.#createNode(text))
      return true
    }
    node.set(key, this.#createNode(after))
    return true
  }
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every(one => typeof one === 'string')

const isPlains = (value: unknown): value is readonly Plain[] => Array.isArray(value) && value.every(isObject)

/** What tells an object of a list from the others, whatever else of it changes. */
function identityOf(one: Plain): string {
  const id = one.appId ?? one.id ?? one.keyId ?? one.roleTemplateId ?? (one.name === undefined ? undefined : `name ${one.name}`)
  return typeof id === 'string' ? id : JSON.stringify(one)
}
