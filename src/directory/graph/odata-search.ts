import type { Entity, Predicate } from './odata-filter.ts'

/** One clause of `$search`: `"displayName:term"`. */
interface Clause {
  readonly property: string
  readonly term: string
}

const maxClauses = 20
const clauseForm = /^\s*"(?:(\w+):)?([^"]+)"/

/**
 * `$search` over directory objects: clauses in quotes, joined by AND or OR (AND binds closer). Words of displayName and description begin with the words of
 * the term; any other property begins with the term as a whole. Undefined for anything else.
 */
export function parseSearch(text: string): { readonly test: Predicate; readonly properties: readonly string[] } | undefined {
  const groups: Clause[][] = [[]]
  let rest = text.trim()
  for (let count = 0; count < maxClauses; count++) {
    const match = clauseForm.exec(rest)
    if (match === null) return undefined
    groups.at(-1)?.push({ property: match[1] ?? 'displayName', term: (match[2] ?? '').trim().toLowerCase() })
    rest = rest.slice(match[0].length)
    if (rest.trim() === '') return { test: testOf(groups), properties: groups.flat().map(({ property }) => property) }
    const joint = /^\s+(AND|OR)(?=\s)/.exec(rest)
    if (joint === null) return undefined
    if (joint[1] === 'OR') groups.push([])
    rest = rest.slice(joint[0].length)
  }
  return undefined
}

const testOf =
  (groups: readonly (readonly Clause[])[]): Predicate =>
  entity =>
    groups.some(clauses => clauses.every(clause => fits(entity, clause)))

const byWords = new Set(['displayName', 'description'])

function fits(entity: Entity, { property, term }: Clause): boolean {
  const value = Object.hasOwn(entity, property) ? entity[property] : undefined
  const texts = (Array.isArray(value) ? value : [value]).filter(one => typeof one === 'string')
  if (!byWords.has(property)) return texts.some(text => text.toLowerCase().startsWith(term))
  const wanted = wordsOf(term)
  return texts.some(text => wanted.every(word => wordsOf(text).some(own => own.startsWith(word))))
}

/** Letters and digits that stand together, also where small letters turn to capitals. */
function wordsOf(text: string): readonly string[] {
  return text
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
}
