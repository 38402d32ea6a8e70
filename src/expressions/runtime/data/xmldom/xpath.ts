import { spend } from '../../../types/budget.ts'
import { fail } from '../../../types/exceptions.ts'
import { compareOrder } from '../xml/axes.ts'
import { XAttribute, XElement } from '../xml/element.ts'
import { XComment, XDocumentType, XProcessingInstruction, XText } from '../xml/leaves.ts'
import { XContainer } from '../xml/nodes.ts'
import { axisOf, type Item } from './xpath-axes.ts'
import { parseXPath } from './xpath-parser.ts'
import type { BinaryOperator, Expr, LocationStep, NodeTest } from './xpath-syntax.ts'

/** XPath's four types; a node set is in document order. */
export type XPathValue = readonly Item[] | string | number | boolean

/** Namespaces of the prefixes in an expression: undefined for one that nobody declared. */
export type Prefixes = (prefix: string) => string | undefined

interface Context {
  readonly item: Item
  readonly position: number
  readonly size: number
  readonly prefixes: Prefixes
}

/** Evaluates an XPath 1.0 expression from a node. Throws XPathException. */
export function evaluateXPath(text: string, item: Item, prefixes: Prefixes): XPathValue {
  return evaluate(parseXPath(text), { item, position: 1, size: 1, prefixes })
}

/** The nodes that an expression selects. */
export function selectNodes(text: string, item: Item, prefixes: Prefixes): readonly Item[] {
  const value = evaluateXPath(text, item, prefixes)
  return typeof value === 'object' ? value : fail('System.Xml.XPath.XPathException', 'Expression must evaluate to a node-set.')
}

function evaluate(expr: Expr, context: Context): XPathValue {
  spend()
  switch (expr.kind) {
    case 'number':
    case 'text':
      return expr.value
    case 'negate':
      return -numberOf(evaluate(expr.of, context))
    case 'binary':
      return binary(expr.operator, expr.left, expr.right, context)
    case 'call':
      return call(expr.name, expr.args, context)
    case 'path':
      return path(expr, context)
  }
}

function path(expr: Expr & { readonly kind: 'path' }, context: Context): readonly Item[] {
  let items: readonly Item[] = expr.absolute ? [topOf(context.item)] : [context.item]
  if (expr.from !== undefined) {
    items = nodesOf(evaluate(expr.from, context))
    for (const predicate of expr.predicates) items = filter(items, predicate, context.prefixes)
  }
  for (const step of expr.steps) items = inOrder(items.flatMap(item => stepFrom(item, step, context.prefixes)))
  return items
}

function topOf(item: Item): Item {
  return item instanceof XAttribute ? (item.holder?.top ?? item) : item.top
}

function stepFrom(item: Item, step: LocationStep, prefixes: Prefixes): readonly Item[] {
  let found: readonly Item[] = [...axisOf(item, step.axis)].filter(each =>
    passes(each, step.test, step.axis === 'attribute', prefixes),
  )
  for (const predicate of step.predicates) found = filter(found, predicate, prefixes)
  return found
}

function filter(items: readonly Item[], predicate: Expr, prefixes: Prefixes): readonly Item[] {
  return items.filter((item, i) => {
    const value = evaluate(predicate, { item, position: i + 1, size: items.length, prefixes })
    return typeof value === 'number' ? value === i + 1 : booleanOf(value)
  })
}

function passes(item: Item, test: NodeTest, wantsAttributes: boolean, prefixes: Prefixes): boolean {
  spend()
  switch (test.kind) {
    case 'node':
      return !(item instanceof XDocumentType)
    case 'text':
      return item instanceof XText
    case 'comment':
      return item instanceof XComment
    case 'instruction':
      return item instanceof XProcessingInstruction && (test.target === undefined || item.target === test.target)
    case 'name':
      return namePasses(item, test, wantsAttributes, prefixes)
  }
}

function namePasses(
  item: Item,
  { prefix, local }: NodeTest & { readonly kind: 'name' },
  wantsAttributes: boolean,
  prefixes: Prefixes,
): boolean {
  if (!(wantsAttributes ? item instanceof XAttribute : item instanceof XElement)) return false
  const { name } = item as XAttribute | XElement // the line above holds it one of the two
  if (prefix === '' && local === null) return true
  const namespace = prefix === '' ? '' : prefixes(prefix)
  if (namespace === undefined) return fail('System.Xml.XPath.XPathException', `Namespace prefix '${prefix}' is not defined.`)
  return name.namespace.name === namespace && (local === null || name.local === local)
}

/** Each node once, in the order of the document. */
function inOrder(items: readonly Item[]): readonly Item[] {
  const distinct = [...new Set(items)]
  if (distinct.length < 2) return distinct
  spend(distinct.length * 4)
  return distinct.sort(compareItems)
}

function compareItems(a: Item, b: Item): number {
  const left = a instanceof XAttribute ? a.holder : a
  const right = b instanceof XAttribute ? b.holder : b
  if (left !== right) return compareOrder(left, right)
  if (!(a instanceof XAttribute)) return -1
  return b instanceof XAttribute ? a.siblings.indexOf(a) - b.siblings.indexOf(b) : 1
}

function nodesOf(value: XPathValue): readonly Item[] {
  return typeof value === 'object' ? value : fail('System.Xml.XPath.XPathException', 'Expression must evaluate to a node-set.')
}

/** The string value of a node: XPath 1.0, section 5. */
export function stringOf(item: Item): string {
  if (item instanceof XAttribute || item instanceof XComment) return item.value
  if (item instanceof XText) return item.text
  if (item instanceof XProcessingInstruction) return item.data
  if (!(item instanceof XContainer)) return ''
  let text = ''
  for (const node of item.descendantNodes(false)) if (node instanceof XText) text += node.text
  return text
}

function textOf(value: XPathValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'object') return value[0] === undefined ? '' : stringOf(value[0])
  if (typeof value === 'boolean') return String(value)
  if (Number.isNaN(value)) return 'NaN'
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : value.toFixed(15).replace(/0+$/, '')
}

function numberOf(value: XPathValue): number {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return Number(value)
  const text = textOf(value).trim()
  return /^-?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN
}

function booleanOf(value: XPathValue): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0 && !Number.isNaN(value)
  return value.length > 0
}

function binary(operator: BinaryOperator, first: Expr, second: Expr, context: Context): XPathValue {
  const left = evaluate(first, context)
  if (operator === 'or') return booleanOf(left) || booleanOf(evaluate(second, context))
  if (operator === 'and') return booleanOf(left) && booleanOf(evaluate(second, context))
  const right = evaluate(second, context)
  switch (operator) {
    case '|':
      return inOrder([...nodesOf(left), ...nodesOf(right)])
    case '+':
      return numberOf(left) + numberOf(right)
    case '-':
      return numberOf(left) - numberOf(right)
    case '*':
      return numberOf(left) * numberOf(right)
    case 'div':
      return numberOf(left) / numberOf(right)
    case 'mod':
      return numberOf(left) % numberOf(right)
    default:
      return compare(operator, left, right)
  }
}

type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='

/** Section 3.4: a node set compares when some node of it does. */
function compare(operator: Comparison, left: XPathValue, right: XPathValue): boolean {
  if (typeof left === 'object' && typeof right !== 'boolean') return left.some(item => compare(operator, stringOf(item), right))
  if (typeof right === 'object' && typeof left !== 'boolean') return right.some(item => compare(operator, left, stringOf(item)))
  spend()
  if (operator === '=' || operator === '!=') return same(left, right) === (operator === '=')
  const [a, b] = [numberOf(left), numberOf(right)]
  if (operator === '<') return a < b
  if (operator === '<=') return a <= b
  return operator === '>' ? a > b : a >= b
}

function same(left: XPathValue, right: XPathValue): boolean {
  if (typeof left === 'boolean' || typeof right === 'boolean') return booleanOf(left) === booleanOf(right)
  if (typeof left === 'number' || typeof right === 'number') return numberOf(left) === numberOf(right)
  return textOf(left) === textOf(right)
}

type Function = (args: readonly XPathValue[], context: Context) => XPathValue

const firstOf = (args: readonly XPathValue[], context: Context): Item | undefined =>
  args[0] === undefined ? context.item : nodesOf(args[0])[0]
const textAt = (args: readonly XPathValue[], index: number) => textOf(args[index] ?? '')

function nameOf(item: Item | undefined, part: 'local' | 'namespace' | 'name'): string {
  if (item instanceof XProcessingInstruction) return part === 'namespace' ? '' : item.target
  if (!(item instanceof XElement) && !(item instanceof XAttribute)) return ''
  const { local, namespace } = item.name
  if (part === 'local') return local
  if (part === 'namespace') return namespace.name
  const element = item instanceof XElement ? item : item.holder
  const prefix = namespace.name === '' || !(element instanceof XElement) ? '' : (element.prefixOf(namespace.name) ?? '')
  return prefix === '' ? local : `${prefix}:${local}`
}

function substring(args: readonly XPathValue[]): string {
  const start = Math.round(numberOf(args[1] ?? 1))
  const end = args[2] === undefined ? Number.POSITIVE_INFINITY : start + Math.round(numberOf(args[2]))
  return [...textAt(args, 0)].filter((_, i) => i + 1 >= start && i + 1 < end).join('')
}

function translate(args: readonly XPathValue[]): string {
  const from = [...textAt(args, 1)]
  const to = [...textAt(args, 2)]
  return [...textAt(args, 0)].map(char => (from.includes(char) ? (to[from.indexOf(char)] ?? '') : char)).join('')
}

/** With how many arguments at least and at most. */
const functions = new Map<string, readonly [number, number, Function]>([
  ['last', [0, 0, (_, { size }) => size]],
  ['position', [0, 0, (_, { position }) => position]],
  ['count', [1, 1, ([set]) => nodesOf(set ?? []).length]],
  ['local-name', [0, 1, (args, context) => nameOf(firstOf(args, context), 'local')]],
  ['namespace-uri', [0, 1, (args, context) => nameOf(firstOf(args, context), 'namespace')]],
  ['name', [0, 1, (args, context) => nameOf(firstOf(args, context), 'name')]],
  ['string', [0, 1, ([value], { item }) => (value === undefined ? stringOf(item) : textOf(value))]],
  ['concat', [2, 100, args => args.map(textOf).join('')]],
  ['starts-with', [2, 2, args => textAt(args, 0).startsWith(textAt(args, 1))]],
  ['contains', [2, 2, args => textAt(args, 0).includes(textAt(args, 1))]],
  ['substring-before', [2, 2, args => textAt(args, 0).slice(0, Math.max(0, textAt(args, 0).indexOf(textAt(args, 1))))]],
  [
    'substring-after',
    [
      2,
      2,
      args =>
        textAt(args, 0).includes(textAt(args, 1))
          ? textAt(args, 0).slice(textAt(args, 0).indexOf(textAt(args, 1)) + textAt(args, 1).length)
          : '',
    ],
  ],
  ['substring', [2, 3, substring]],
  ['string-length', [0, 1, ([value], { item }) => [...(value === undefined ? stringOf(item) : textOf(value))].length]],
  [
    'normalize-space',
    [0, 1, ([value], { item }) => (value === undefined ? stringOf(item) : textOf(value)).trim().replace(/\s+/g, ' ')],
  ],
  ['translate', [3, 3, translate]],
  ['boolean', [1, 1, ([value]) => booleanOf(value ?? '')]],
  ['not', [1, 1, ([value]) => !booleanOf(value ?? '')]],
  ['true', [0, 0, () => true]],
  ['false', [0, 0, () => false]],
  ['number', [0, 1, ([value], { item }) => numberOf(value ?? [item])]],
  ['sum', [1, 1, ([set]) => nodesOf(set ?? []).reduce((sum, item) => sum + numberOf(stringOf(item)), 0)]],
  ['floor', [1, 1, ([value]) => Math.floor(numberOf(value ?? 0))]],
  ['ceiling', [1, 1, ([value]) => Math.ceil(numberOf(value ?? 0))]],
  ['round', [1, 1, ([value]) => Math.round(numberOf(value ?? 0))]],
])

function call(name: string, args: readonly Expr[], context: Context): XPathValue {
  const found = functions.get(name)
  if (found === undefined)
    return fail(
      'System.Xml.XPath.XPathException',
      `Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function.`,
    )
  const [least, most, run] = found
  if (args.length < least || args.length > most)
    fail('System.Xml.XPath.XPathException', `Function '${name}' in this query has an invalid number of arguments.`)
  return run(
    args.map(arg => evaluate(arg, context)),
    context,
  )
}
