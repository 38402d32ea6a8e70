import type { Expression } from '../../expressions/syntax/nodes.ts'
import type { Literal } from '../../expressions/syntax/tokens.ts'
import { nodesIn, syntaxOf } from '../../policies/read/expression-syntax.ts'
import { constantOf } from './constant-of.ts'

/** A condition as it is judged: read once, with its own text for what only it says. */
export interface Condition {
  readonly text: string
  /** Undefined for a literal, a statement block, and what cannot be read. */
  readonly expression?: Expression
}

/** What is known of one thing: the literal that it equals, those that it does not. */
interface Fact {
  /** How it is written. */
  readonly subject: string
  readonly equals?: string
  readonly differs: readonly string[]
}

/** What holds for certain where a policy stands, by the form of what it is known of. */
export type Facts = ReadonlyMap<string, Fact>

/** Things of which something is known, and literals that one of them does not equal: no policy of people's comes near. */
const maxKnown = 200

export const nothingKnown: Facts = new Map()

export function conditionOf(text: string): Condition {
  const root = syntaxOf(text)
  return root?.kind === 'expression' ? { text, expression: root.expression } : { text }
}

/** Whether a condition holds; undefined: a call decides. */
export function holds({ text, expression }: Condition, facts: Facts): boolean | undefined {
  const constant = constantOf(text) ?? text
  if (/^(?:true|false)$/i.test(constant)) return /^true$/i.test(constant)
  return expression === undefined ? undefined : truth(expression, text, facts)
}

/** Facts with what a condition says when it holds, or does not. */
export function learnt({ text, expression }: Condition, outcome: boolean, facts: Facts): Facts {
  return expression === undefined ? facts : learn(expression, text, outcome, facts)
}

/** Facts without those that a policy may have changed; `mayChange` judges by how their subject is written. */
export function remaining(facts: Facts, mayChange: (subject: string) => boolean): Facts {
  return new Map([...facts].filter(([, { subject }]) => !mayChange(subject)))
}

function truth(given: Expression, text: string, facts: Facts): boolean | undefined {
  const node = bare(given)
  const known = literalIn(facts.get(formOf(node))?.equals)
  if (known !== undefined) return known
  if (node.kind === 'literal') return node.value.type === 'bool' ? node.value.value : undefined
  if (node.kind === 'unary' && node.operator === '!') return not(truth(node.operand, text, facts))
  if (node.kind !== 'binary') return undefined
  if (node.operator === '&&') return both(node.left, node.right, true, text, facts)
  if (node.operator === '||') return not(both(node.left, node.right, false, text, facts))
  return compared(node, facts)
}

const not = (value: boolean | undefined) => (value === undefined ? undefined : !value)
const literalIn = (form: string | undefined) => (form === 'bool true' ? true : form === 'bool false' ? false : undefined)

/** `&&` of two conditions; with `as` false, of their opposites. The second is asked only when the first holds, and may rely on it. */
function both(left: Expression, right: Expression, as: boolean, text: string, facts: Facts): boolean | undefined {
  const first = truth(left, text, facts)
  if (first === !as) return false
  const second = truth(right, text, learn(left, text, as, facts))
  if (second === !as) return false
  return first === undefined || second === undefined ? undefined : true
}

/** `something == "literal"`, either way round; `!=` is its opposite. */
function comparison(
  node: Expression,
): { readonly subject: Expression; readonly literal: string; readonly equal: boolean } | undefined {
  if (node.kind !== 'binary' || (node.operator !== '==' && node.operator !== '!=')) return undefined
  const [left, right] = [bare(node.left), bare(node.right)]
  const [ofLeft, ofRight] = [literalForm(left), literalForm(right)]
  const equal = node.operator === '=='
  if (ofRight !== undefined && ofLeft === undefined) return { subject: left, literal: ofRight, equal }
  if (ofLeft !== undefined && ofRight === undefined) return { subject: right, literal: ofLeft, equal }
  return undefined
}

function compared(node: Expression, facts: Facts): boolean | undefined {
  const found = comparison(node)
  const fact = found === undefined ? undefined : facts.get(formOf(found.subject))
  if (found === undefined || fact === undefined) return undefined
  if (fact.equals === found.literal) return found.equal
  if (fact.equals !== undefined && differ(fact.equals, found.literal)) return !found.equal
  return fact.differs.includes(found.literal) ? !found.equal : undefined
}

/** Literals of one type that are written otherwise are not the same; of two types they may be. */
const differ = (a: string, b: string) => a !== b && a.split(' ', 1)[0] === b.split(' ', 1)[0]

function learn(given: Expression, text: string, outcome: boolean, facts: Facts): Facts {
  const node = bare(given)
  if (!isSteady(node, text)) return facts
  const whole = withFact(facts, node, text, { equals: `bool ${outcome}` })
  if (node.kind === 'unary' && node.operator === '!') return learn(node.operand, text, !outcome, whole)
  if (node.kind !== 'binary') return whole
  if ((node.operator === '&&' && outcome) || (node.operator === '||' && !outcome))
    return learn(node.right, text, outcome, learn(node.left, text, outcome, whole))
  const found = comparison(node)
  if (found === undefined) return whole
  return withFact(whole, found.subject, text, found.equal === outcome ? { equals: found.literal } : { differs: [found.literal] })
}

function withFact(facts: Facts, node: Expression, text: string, more: Partial<Omit<Fact, 'subject'>>): Facts {
  const form = formOf(node)
  const known = facts.get(form)
  if ((known === undefined && facts.size >= maxKnown) || (known?.differs.length ?? 0) >= maxKnown) return facts
  const subject = text.slice(node.start, node.end)
  return new Map(facts).set(form, { subject, ...known, ...more, differs: [...(known?.differs ?? []), ...(more.differs ?? [])] })
}

function bare(node: Expression): Expression {
  return node.kind === 'parenthesized' ? bare(node.expression) : node
}

/** Null, booleans, texts and plain numbers; a named value's text is known to nobody here. */
function literalForm(node: Expression): string | undefined {
  if (node.kind !== 'literal') return undefined
  const { type, value }: Literal = node.value
  if (!['null', 'bool', 'string', 'char', 'int'].includes(type)) return undefined
  return type === 'string' && value.includes('{{') ? undefined : `${type} ${value}`
}

/** What gives something else, or fails, when it is asked once more. */
const readsAnew = /\b(?:Random|NewGuid|UtcNow|Now|Today|Elapsed|As<)/

/** Whether asking again gives the same: no assignment in it, nothing random, no clock, no body that is read away. */
function isSteady(node: Expression, text: string): boolean {
  if (readsAnew.test(text.slice(node.start, node.end))) return false
  return [...nodesIn(node)].every(one => one.kind !== 'assign' && one.kind !== 'postfix' && one.kind !== 'declaration')
}

/** The same for what says the same, whichever way it is laid out. */
export function formOf(node: Expression): string {
  return JSON.stringify(node, (key, value: unknown) => {
    if (['start', 'end', 'nameStart', 'operatorStart'].includes(key)) return undefined
    return typeof value === 'bigint' ? `${value}n` : value
  })
}
