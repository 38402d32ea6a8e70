import { childrenOf, isNode, nodesIn, type SyntaxNode, stringIn, syntaxOf } from '../../policies/read/expression-syntax.ts'

/** What a value is made of: parts of the request that callers write (`header authorization`, `query token`, `path id`, `body`, `url`), and variables. */
export interface Taken {
  readonly sources: ReadonlySet<string>
  readonly variables: ReadonlySet<string>
}

/** What an expression takes of the call. */
export interface Reading extends Taken {
  /** It goes by something that callers do not choose: their subscription, user, address or certificate, or claims of a token. */
  readonly steady: boolean
  /** What each token that it decodes is made of. */
  readonly tokens: readonly Taken[]
}

export type ReadExpression = (text: string) => Reading

/** Reads each text once. */
export function readingReader(): ReadExpression {
  const known = new Map<string, Reading>()
  return text => {
    const reading = known.get(text) ?? readingOf(text)
    known.set(text, reading)
    return reading
  }
}

function readingOf(text: string): Reading {
  const root = syntaxOf(text)
  if (root === undefined) return { sources: new Set(), variables: new Set(), steady: false, tokens: [] }
  const reader = new Reader(root)
  return { ...reader.taken({ node: root }), tokens: reader.tokens({ node: root }) }
}

/** A node, and what stands before the `?.` that it goes on from. */
interface At {
  readonly node: object
  readonly receiver?: At | undefined
}

interface Found {
  readonly sources: Set<string>
  readonly variables: Set<string>
  steady: boolean
}

const query = ['context.Request.Url.Query', 'context.Request.OriginalUrl.Query']
/** What is read by name. */
const named = new Map([
  ['context.Request.Headers', 'header'],
  ['context.Request.MatchedParameters', 'path'],
  ...query.map((path): [string, string] => [path, 'query']),
])
/** What is read as a whole; `*`: whichever name. */
const whole = new Map([
  ['context.Request.Headers', 'header *'],
  ['context.Request.Body', 'body'],
  ['context.Request.OriginalUrl', 'url'],
  ['context.Request.Url.QueryString', 'query *'],
  ['context.Request.OriginalUrl.QueryString', 'query *'],
  ...query.map((path): [string, string] => [path, 'query *']),
])
const notChosen = new Set(['context.Subscription', 'context.User', 'context.Request.IpAddress', 'context.Request.Certificate'])

class Reader {
  /** What local variables are given, wherever in the expression. */
  readonly #locals = new Map<string, object[]>()

  constructor(root: object) {
    for (const node of nodesIn(root)) {
      if (node.kind === 'local declaration') for (const { name, value } of node.declarators) this.#give(name, value)
      if (node.kind === 'assign' && node.target.kind === 'name') this.#give(node.target.name, node.value)
      if (node.kind === 'foreach' && node.variable.kind === 'declaration' && node.variable.designation.kind === 'single')
        this.#give(node.variable.designation.name, node.source)
    }
  }

  #give(name: string, value: object | undefined): void {
    if (value !== undefined) this.#locals.set(name, [...(this.#locals.get(name) ?? []), value])
  }

  taken(at: At): Found {
    const found: Found = { sources: new Set(), variables: new Set(), steady: false }
    this.#take(at, found, new Set())
    return found
  }

  /** Tokens that are decoded at a node or below it. */
  tokens(at: At): readonly Taken[] {
    const { node } = at
    const own = isNode(node) ? this.#decoded(node) : undefined
    return [...(own === undefined ? [] : [this.taken({ ...at, node: own })]), ...partsOf(at).flatMap(part => this.tokens(part))]
  }

  #take(at: At, found: Found, seen: Set<string>): void {
    const { node, receiver } = at
    if (isNode(node)) {
      if (this.#decoded(node) !== undefined) {
        found.steady = true
        return
      }
      const path = this.#path(at)
      if (path !== undefined && notChosen.has(path)) found.steady = true
      if (this.#takeNamed(at, found)) {
        if (node.kind === 'call') for (const arg of node.args.slice(1)) this.#take({ node: arg, receiver }, found, seen)
        return
      }
      const source = path === undefined ? undefined : whole.get(path)
      if (source !== undefined) {
        found.sources.add(source)
        return
      }
      if (node.kind === 'name') {
        if (!seen.has(node.name))
          for (const value of this.#locals.get(node.name) ?? []) this.#take({ node: value }, found, seen.add(node.name))
        return
      }
      if (node.kind === 'receiver') {
        if (receiver !== undefined) this.#take(receiver, found, seen)
        return
      }
      // what decides between two values is no part of either
      if (node.kind === 'conditional') {
        for (const value of [node.whenTrue, node.whenFalse]) this.#take({ node: value, receiver }, found, seen)
        return
      }
      if (node.kind === 'conditional access') {
        this.#take({ node: node.access, receiver: { node: node.target, receiver } }, found, seen)
        return
      }
    }
    for (const child of childrenOf(node)) this.#take({ node: child, receiver }, found, seen)
  }

  /** `Headers["name"]`, `Variables.GetValueOrDefault<string>("name", …)`: whether the node is one. */
  #takeNamed({ node, receiver }: At, found: Found): boolean {
    if (!isNode(node) || (node.kind !== 'index' && node.kind !== 'call')) return false
    const owner = node.kind === 'index' ? node.target : node.target.kind === 'member' ? node.target.target : undefined
    const path = owner === undefined ? undefined : this.#path({ node: owner, receiver })
    const name = stringIn(node.args[0]?.value)
    if (path === 'context.Variables' && name !== undefined) {
      found.variables.add(name)
      return true
    }
    const kind = path === undefined ? undefined : named.get(path)
    if (kind === undefined || name === undefined) return false
    found.sources.add(`${kind} ${name.toLowerCase()}`)
    return true
  }

  /** `context.Request.Headers`, also by way of a local variable. */
  #path({ node, receiver }: At, depth = 0): string | undefined {
    if (!isNode(node) || depth > 20) return undefined
    switch (node.kind) {
      case 'parenthesized':
        return this.#path({ node: node.expression, receiver }, depth)
      case 'cast':
        return this.#path({ node: node.operand, receiver }, depth)
      case 'receiver':
        return receiver === undefined ? undefined : this.#path(receiver, depth + 1)
      case 'conditional access':
        return this.#path({ node: node.access, receiver: { node: node.target, receiver } }, depth + 1)
      case 'member': {
        const owner = this.#path({ node: node.target, receiver }, depth + 1)
        return owner === undefined ? undefined : `${owner}.${node.name}`
      }
      case 'name': {
        if (node.name === 'context') return 'context'
        const [only, ...others] = this.#locals.get(node.name) ?? []
        return only === undefined || others.length > 0 ? undefined : this.#path({ node: only }, depth + 1)
      }
      default:
        return undefined
    }
  }

  /** The token that a call decodes: by `AsJwt`, or by hand, part by part. */
  #decoded(node: SyntaxNode): object | undefined {
    if (node.kind !== 'call' || node.target.kind !== 'member') return undefined
    if (node.target.name === 'AsJwt' || node.target.name === 'TryParseJwt') return node.target.target
    return node.target.name === 'FromBase64String' && this.#isPartOfToken(node.args, new Set()) ? node.args : undefined
  }

  /** Whether a text is taken apart at its dots, as a token is. */
  #isPartOfToken(value: object, seen: Set<string>): boolean {
    return [...nodesIn(value)].some(node => {
      if (node.kind === 'call' && node.target.kind === 'member' && /^(?:Split|IndexOf|LastIndexOf)$/.test(node.target.name))
        return [...nodesIn(node.args)].some(isDot)
      if (node.kind !== 'name' || seen.has(node.name)) return false
      seen.add(node.name)
      return (this.#locals.get(node.name) ?? []).some(one => this.#isPartOfToken(one, seen))
    })
  }
}

/** The nodes below one, each with what it goes on from. */
function partsOf({ node, receiver }: At): readonly At[] {
  if (isNode(node) && node.kind === 'conditional access')
    return [
      { node: node.target, receiver },
      { node: node.access, receiver: { node: node.target, receiver } },
    ]
  return childrenOf(node).map(child => ({ node: child, receiver }))
}

/** `"."`, `'.'`, `(char)46`. */
const isDot = (node: SyntaxNode) => node.kind === 'literal' && (node.value.value === '.' || node.value.value === 46)
