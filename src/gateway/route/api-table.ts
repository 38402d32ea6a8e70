import type { Api, VersionSet } from '../../catalog/catalog.ts'
import type { Headers } from '../../policies/context/headers.ts'
import { queryParameter } from '../../policies/context/query-parameters.ts'
import type { RequestPath } from './request-path.ts'

/** The revisions of one version of one API. */
interface Revisions<T> {
  current: T | null
  readonly byNumber: Map<string, T>
}

/** A header or query parameter that names the version, and the versions it may name, in lower case. */
interface Versions<T> {
  readonly scheme: 'Header' | 'Query'
  readonly parameter: string
  readonly byName: Map<string, Revisions<T>>
}

interface Node<T> {
  readonly children: Map<string, Node<T>>
  /** The API without versions, the original one of a set, or one whose version is part of the path. */
  plain: Revisions<T> | null
  readonly versions: Versions<T>[]
}

export interface ApiMatch<T> {
  readonly target: T
  /** Segments that belong to the API's own path, its version in it. */
  readonly depth: number
}

const revisionSuffix = /^(.*);rev=(\d+)$/

/** APIs by path: the longest path wins, then the version that path, header or query names, then the revision. */
export class ApiTable<T> {
  readonly #root: Node<T> = emptyNode()

  /** Versions that stand in the path both by the set's scheme and by the API's own path are reachable both ways. */
  static of<T>(entries: readonly (readonly [api: Api, target: T])[], versionSets: readonly VersionSet[]): ApiTable<T> {
    const table = new ApiTable<T>()
    const sets = new Map(versionSets.map(set => [set.name, set]))
    for (const [api, target] of entries)
      table.#add(api, api.versionSet === undefined ? undefined : sets.get(api.versionSet), target)
    for (const [api, target] of entries) table.#addShortForm(api, target)
    return table
  }

  find(path: RequestPath, headers: Headers, query: string): ApiMatch<T> | undefined {
    let node = this.#root
    let depth = 0
    let rootRevision = ''
    const first = revisionSuffix.exec(path.keys[0] ?? '')
    if (first?.[1] === '') {
      // an API at the root: its revision is a segment of its own
      rootRevision = first[2] ?? ''
      depth = 1
    }
    let best = hasApis(node) ? { node, depth, revision: rootRevision } : undefined
    if (rootRevision === '')
      while (depth < path.keys.length) {
        const key = path.keys[depth] ?? ''
        const suffix = key.includes(';') ? revisionSuffix.exec(key) : null
        const child = node.children.get(suffix?.[1] ?? key)
        if (child === undefined) break
        node = child
        depth++
        if (hasApis(node)) best = { node, depth, revision: suffix?.[2] ?? '' }
        if (suffix !== null) break // nothing but the operation follows a revision
      }
    if (best === undefined) return undefined
    const revisions = chooseVersion(best.node, headers, query)
    const target = best.revision === '' ? revisions?.current : revisions?.byNumber.get(best.revision)
    return target === undefined || target === null ? undefined : { target, depth: best.depth }
  }

  #add(api: Api, set: VersionSet | undefined, target: T): void {
    const node = this.#nodeAt(api.path)
    if (set === undefined || api.version === undefined || api.version === '') {
      node.plain ??= noRevisions()
      addRevision(node.plain, api, target)
    } else if (set.scheme === 'Segment') {
      const below = this.#nodeAt(`${api.path}/${api.version}`)
      below.plain ??= noRevisions()
      addRevision(below.plain, api, target)
    } else {
      addRevision(versionIn(node, set, api.version), api, target)
    }
  }

  #addShortForm(api: Api, target: T): void {
    const node = this.#nodeAt(api.path)
    const [last] = api.path.toLowerCase().split('/').slice(-1)
    if (api.version === undefined || last !== api.version.toLowerCase() || node.versions.length > 0) return
    node.plain ??= noRevisions()
    addRevision(node.plain, api, target)
  }

  #nodeAt(path: string): Node<T> {
    let node = this.#root
    for (const segment of path.toLowerCase().split('/')) {
      if (segment === '') continue
      const child = node.children.get(segment) ?? emptyNode<T>()
      node.children.set(segment, child)
      node = child
    }
    return node
  }
}

function emptyNode<T>(): Node<T> {
  return { children: new Map(), plain: null, versions: [] }
}

function noRevisions<T>(): Revisions<T> {
  return { current: null, byNumber: new Map() }
}

const hasApis = <T>(node: Node<T>) => node.plain !== null || node.versions.length > 0

/** The first API that claims a revision keeps it. */
function addRevision<T>(revisions: Revisions<T>, api: Api, target: T): void {
  if (api.isCurrent) revisions.current ??= target
  if (!revisions.byNumber.has(api.revision)) revisions.byNumber.set(api.revision, target)
}

function versionIn<T>(node: Node<T>, set: VersionSet, version: string): Revisions<T> {
  const scheme = set.scheme === 'Header' ? 'Header' : 'Query'
  const parameter = (scheme === 'Header' ? set.headerName : set.queryName) ?? 'api-version'
  let versions = node.versions.find(one => one.scheme === scheme && one.parameter === parameter)
  if (versions === undefined) {
    versions = { scheme, parameter, byName: new Map() }
    node.versions.push(versions)
  }
  const name = version.toLowerCase()
  const revisions = versions.byName.get(name) ?? noRevisions<T>()
  versions.byName.set(name, revisions)
  return revisions
}

/** A version that is named and not there is nothing; one that is not named is the original, when there is one. */
function chooseVersion<T>(node: Node<T>, headers: Headers, query: string): Revisions<T> | null | undefined {
  for (const { scheme, parameter, byName } of node.versions) {
    const named = scheme === 'Header' ? headers.get(parameter) : queryParameter(query, parameter)
    if (named !== null && named !== '') return byName.get(named.trim().toLowerCase())
  }
  return node.plain
}
