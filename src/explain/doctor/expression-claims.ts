import { Faults } from '../../expressions/syntax/faults.ts'
import type { Expression } from '../../expressions/syntax/nodes.ts'
import { parse } from '../../expressions/syntax/parse.ts'
import type { NamedValues } from '../../policies/compose/named-values.ts'
import { childrenOf } from '../../policies/read/expression-syntax.ts'
import type { PolicyElement, PolicyText } from '../../policies/read/read-policy.ts'

/** A value that an expression looks for in a claim. */
export interface SoughtValue {
  readonly claim: 'roles' | 'scp' | 'groups'
  readonly value: string
}

/**
 * What the expressions of one element (not of its children) look for in a token's roles, scopes and groups, as far as the text shows it:
 * `Claims["roles"].Contains("admins")`, `new[] { "a" }.Contains(claims["scp"][0])`, `Claims.GetValueOrDefault("roles", "") == "admins"`, also through local
 * variables. What is computed otherwise is not seen.
 */
export function claimsInExpressions(element: PolicyElement, values: NamedValues): readonly SoughtValue[] {
  const texts = [...element.attributes.map(({ value }) => value), ...(element.text === undefined ? [] : [element.text])]
  return texts.filter(({ kind }) => kind === 'expression').flatMap(text => soughtIn(text, values))
}

function soughtIn({ source }: PolicyText, values: NamedValues): readonly SoughtValue[] {
  const substituted = values.substitute(source)
  if (substituted.secret || !/roles|scp|groups/.test(substituted.source.text)) return []
  const root = parse(substituted.source.text, new Faults())
  if (root === undefined) return []
  const search = new ClaimSearch()
  search.visit(root)
  return search.found
}

type AnyNode = Expression | { readonly kind: string }

const seekers = new Set(['Contains', 'Equals', 'Any', 'All', 'Exists', 'IndexOf', 'Intersect', 'StartsWith'])
/** Calls whose texts are no values that are looked for. */
const aside = new Set(['Split', 'GetValueOrDefault', 'ContainsKey', 'TryGetValue', 'Trim', 'Replace', 'Join'])

class ClaimSearch {
  readonly #found = new Map<string, SoughtValue>()
  /** Local variables that hold a claim's values. */
  readonly #variables = new Map<string, SoughtValue['claim']>()

  get found(): readonly SoughtValue[] {
    return [...this.#found.values()]
  }

  visit(node: object): void {
    if (isExpression(node)) {
      if (node.kind === 'binary' && (node.operator === '==' || node.operator === '!=')) this.#compare(node.left, node.right)
      if (node.kind === 'call') this.#call(node)
    }
    for (const child of childrenOf(node)) this.visit(child)
    if ('name' in node && typeof node.name === 'string' && 'value' in node && isNode(node.value))
      this.#hold(node.name, node.value)
  }

  #hold(name: string, value: object): void {
    const claim = this.#claimIn(value)
    if (claim !== undefined) this.#variables.set(name, claim)
  }

  #compare(left: Expression, right: Expression): void {
    const [ofLeft, ofRight] = [this.#claimIn(left), this.#claimIn(right)]
    if (ofLeft !== undefined) this.#add(ofLeft, textsIn(right))
    else if (ofRight !== undefined) this.#add(ofRight, textsIn(left))
  }

  #call({ target, args }: Extract<Expression, { kind: 'call' }>): void {
    if (target.kind !== 'member') return
    if (target.name === 'TryGetValue') this.#outVariable(target.target, args)
    if (!seekers.has(target.name)) return
    const [owner, asked] = [this.#claimIn(target.target), this.#claimIn(args)]
    if (owner !== undefined) this.#add(owner, textsIn(args))
    else if (asked !== undefined) this.#add(asked, textsIn(target.target))
  }

  /** `Claims.TryGetValue("roles", out var roles)`. */
  #outVariable(target: Expression, args: Extract<Expression, { kind: 'call' }>['args']): void {
    const claim = isClaims(target) ? claimName(args[0]?.value) : undefined
    const out = args[1]?.value
    if (claim !== undefined && out?.kind === 'declaration' && out.designation.kind === 'single')
      this.#variables.set(out.designation.name, claim)
  }

  /** The claim whose values a part of the tree reads. */
  #claimIn(node: object): SoughtValue['claim'] | undefined {
    const own = isExpression(node) ? this.#claimOf(node) : undefined
    if (own !== undefined) return own
    for (const child of childrenOf(node)) {
      const found = this.#claimIn(child)
      if (found !== undefined) return found
    }
    return undefined
  }

  #claimOf(node: Expression): SoughtValue['claim'] | undefined {
    if (node.kind === 'name') return this.#variables.get(node.name)
    if (node.kind === 'index' && isClaims(node.target)) return claimName(node.args[0]?.value)
    if (node.kind !== 'call' || node.target.kind !== 'member' || node.target.name !== 'GetValueOrDefault') return undefined
    return isClaims(node.target.target) ? claimName(node.args[0]?.value) : undefined
  }

  #add(claim: SoughtValue['claim'], values: readonly string[]): void {
    for (const value of values) this.#found.set(`${claim} ${value}`, { claim, value })
  }
}

const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'kind' in value

/** Which kind of expression it is shows by `kind`, as the parser made it; statements share no kind with what is looked for. */
const isExpression = (node: object): node is Expression => 'kind' in node

/** `jwt.Claims`, or a variable that is called so. */
function isClaims(node: Expression): boolean {
  if (node.kind === 'parenthesized') return isClaims(node.expression)
  return (node.kind === 'member' || node.kind === 'name') && /claims$/i.test(node.name)
}

function claimName(node: Expression | undefined): SoughtValue['claim'] | undefined {
  const text = node?.kind === 'literal' && node.value.type === 'string' ? node.value.value : undefined
  return text === 'roles' || text === 'scp' || text === 'groups' ? text : undefined
}

/** Texts that are looked for: string literals, but for those that calls like Split take. */
function textsIn(node: object): readonly string[] {
  if (isExpression(node)) {
    if (node.kind === 'literal') return node.value.type === 'string' && node.value.value.trim() !== '' ? [node.value.value] : []
    if (node.kind === 'index') return textsIn(node.target)
    if (node.kind === 'call' && node.target.kind === 'member' && aside.has(node.target.name)) return textsIn(node.target.target)
  }
  return childrenOf(node).flatMap(textsIn)
}
