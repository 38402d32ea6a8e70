import { queryParameter } from '../../policies/context/query-parameters.ts'
import type { RequestPath } from './request-path.ts'
import { matchCompound, parseUrlTemplate, type TemplateSegment, type UrlTemplate } from './url-template.ts'

export interface OperationMatch<T> {
  readonly target: T
  /** Template parameters of path and query, decoded. */
  readonly parameters: ReadonlyMap<string, string>
}

interface Candidate<T> {
  readonly target: T
  readonly template: UrlTemplate
  readonly names: readonly string[]
}

/** Operations that end at the same place, by method; those that ask most of the query first. */
type Leaf<T> = Map<string, Candidate<T>[]>

interface Compound<T> {
  readonly segment: TemplateSegment & { kind: 'compound' }
  readonly node: Node<T>
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>
  readonly compounds: Compound<T>[]
  parameter: Node<T> | null
  end: Leaf<T> | null
  /** `*` or `{*name}`: takes the rest, also an empty one. */
  rest: Leaf<T> | null
}

const noParameters: ReadonlyMap<string, string> = new Map()

/**
 * The operations of one API as a tree over path segments. A literal goes before a mix of text and parameters, that before a parameter,
 * that before the rest of the path. A caller cannot make a match cost more than one visit to each node of the tree.
 */
export class OperationTable<T> {
  readonly #root: Node<T> = emptyNode()

  /** The first operation added with the same method and template wins. */
  add(method: string, template: string, target: T): void {
    const parsed = parseUrlTemplate(template)
    const names: string[] = []
    let node = this.#root
    for (const segment of parsed.segments) {
      if (segment.kind === 'rest') {
        if (segment.name !== null) names.push(segment.name)
        node.rest ??= new Map()
        addTo(node.rest, method, { target, template: parsed, names })
        return
      }
      if (segment.kind === 'parameter') names.push(segment.name)
      if (segment.kind === 'compound') names.push(...segment.names)
      node = childFor(node, segment)
    }
    node.end ??= new Map()
    addTo(node.end, method, { target, template: parsed, names })
  }

  /** `from` is the number of segments that belong to the API's own path. */
  match(method: string, path: RequestPath, from: number, query: string): OperationMatch<T> | undefined {
    return walk(this.#root, { method, path, query, values: [] }, from)
  }
}

interface Walk {
  readonly method: string
  readonly path: RequestPath
  readonly query: string
  readonly values: string[]
}

function walk<T>(node: Node<T>, call: Walk, at: number): OperationMatch<T> | undefined {
  const key = call.path.keys[at]
  if (key === undefined) return choose(node.end, call) ?? takeRest(node, call, at)
  const literal = node.literals.get(key)
  return (
    (literal === undefined ? undefined : walk(literal, call, at + 1)) ??
    walkCompounds(node, call, at, key) ??
    walkParameter(node, call, at) ??
    takeRest(node, call, at)
  )
}

function walkCompounds<T>(node: Node<T>, call: Walk, at: number, key: string): OperationMatch<T> | undefined {
  for (const { segment, node: child } of node.compounds) {
    const value = call.path.values[at] ?? ''
    // a letter whose lower case has another length would shift the places: such text is compared as it is
    const found = matchCompound(segment, value, key.length === value.length ? key : value)
    if (found === undefined) continue
    const matched = withValues(call, found, () => walk(child, call, at + 1))
    if (matched !== undefined) return matched
  }
  return undefined
}

function walkParameter<T>(node: Node<T>, call: Walk, at: number): OperationMatch<T> | undefined {
  const child = node.parameter
  const value = call.path.values[at]
  if (child === null || value === undefined || value === '') return undefined
  return withValues(call, [value], () => walk(child, call, at + 1))
}

function takeRest<T>(node: Node<T>, call: Walk, at: number): OperationMatch<T> | undefined {
  const leaf = node.rest
  if (leaf === null) return undefined
  return withValues(call, [call.path.values.slice(at).join('/')], () => choose(leaf, call))
}

function withValues<R>(call: Walk, found: readonly string[], inner: () => R | undefined): R | undefined {
  const before = call.values.length
  call.values.push(...found)
  const result = inner()
  if (result === undefined) call.values.length = before
  return result
}

function choose<T>(leaf: Leaf<T> | null, call: Walk): OperationMatch<T> | undefined {
  if (leaf === null) return undefined
  return firstFitting(leaf.get(call.method), call) ?? firstFitting(leaf.get('*'), call)
}

function firstFitting<T>(candidates: readonly Candidate<T>[] | undefined, call: Walk): OperationMatch<T> | undefined {
  for (const { target, template, names } of candidates ?? []) {
    const bound = bindQuery(template, call.query)
    if (bound === undefined) continue
    if (names.length === 0 && bound.length === 0) return { target, parameters: noParameters }
    return { target, parameters: new Map([...names.map((name, i) => [name, call.values[i] ?? ''] as const), ...bound]) }
  }
  return undefined
}

const nothingBound: (readonly [string, string])[] = []

/** The query's template parameters; undefined when the query lacks what the template asks. */
function bindQuery({ query: asked }: UrlTemplate, query: string): (readonly [string, string])[] | undefined {
  if (asked.length === 0) return nothingBound
  const bound: (readonly [string, string])[] = []
  for (const { name, parameter, value } of asked) {
    const sent = queryParameter(query, name)
    if (sent === null || (parameter === null && sent !== value)) return undefined
    if (parameter !== null) bound.push([parameter, sent])
  }
  return bound
}

function emptyNode<T>(): Node<T> {
  return { literals: new Map(), compounds: [], parameter: null, end: null, rest: null }
}

function childFor<T>(node: Node<T>, segment: Exclude<TemplateSegment, { kind: 'rest' }>): Node<T> {
  if (segment.kind === 'parameter') {
    node.parameter ??= emptyNode()
    return node.parameter
  }
  if (segment.kind === 'literal') {
    const known = node.literals.get(segment.text) ?? emptyNode()
    node.literals.set(segment.text, known)
    return known
  }
  const known = node.compounds.find(one => one.segment.literals.join('\0') === segment.literals.join('\0'))
  if (known !== undefined) return known.node
  const added = { segment, node: emptyNode<T>() }
  node.compounds.push(added)
  node.compounds.sort((a, b) => textLength(b) - textLength(a)) // stable: the most text first
  return added.node
}

const textLength = <T>({ segment }: Compound<T>) => segment.literals.join('').length

function addTo<T>(leaf: Leaf<T>, method: string, candidate: Candidate<T>): void {
  const all = leaf.get(method) ?? []
  all.push(candidate)
  all.sort((a, b) => b.template.query.length - a.template.query.length) // stable: the first added stays first
  leaf.set(method, all)
}
