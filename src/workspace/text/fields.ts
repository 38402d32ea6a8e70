import { didYouMean } from '../near-names.ts'
import type { Report } from '../report.ts'
import { kindOf, memberOf, type ObjectNode, type Place, type ScalarNode, type TextNode, textOf } from './text-node.ts'

/**
 * Reads the members of one object as what they should be. Each method answers undefined (or an empty list) for what is
 * absent or null, and reports, with its place, what is there and of another type.
 */
export interface Fields {
  readonly node: ObjectNode
  text(key: string): string | undefined
  /** Reports when it is absent or empty. */
  requiredText(key: string): string | undefined
  flag(key: string): boolean | undefined
  whole(key: string, range: { readonly min: number; readonly max: number }): number | undefined
  /** Compared without regard to case, answered as the choice is written. */
  choice<T extends string>(key: string, choices: readonly T[]): T | undefined
  texts(key: string): readonly PlacedText[]
  fields(key: string): Fields | undefined
  list(key: string): readonly Fields[]
  /** The place of a member's value; of the object, when there is no such member. */
  at(key: string): Place
  /** Reports every member whose key is not in the list. */
  refuseOthers(known: readonly string[]): void
}

export interface PlacedText {
  readonly text: string
  readonly at: Place
}

export function fieldsOf(node: ObjectNode, report: Report): Fields {
  const present = (key: string): TextNode | undefined => {
    const value = memberOf(node, key)
    return value?.kind === 'scalar' && value.value === null ? undefined : value
  }
  const wrongType = (key: string, value: TextNode, wanted: string) =>
    report.error(value.at, 'value.type', `'${key}' should be ${wanted}, and is ${kindOf(value)}`)
  const asText = (key: string, value: TextNode | undefined): string | undefined => {
    const text = textOf(value)
    if (value !== undefined && text === undefined) wrongType(key, value, 'text')
    return text
  }
  const asFields = (key: string, value: TextNode): Fields | undefined => {
    if (value.kind === 'object') return fieldsOf(value, report)
    wrongType(key, value, 'an object')
    return undefined
  }
  const itemsOf = (key: string): readonly TextNode[] => {
    const value = present(key)
    if (value === undefined) return []
    if (value.kind === 'list') return value.items
    wrongType(key, value, 'a list')
    return []
  }
  return {
    node,
    text: key => asText(key, present(key)),
    requiredText: key => {
      const value = present(key)
      const text = asText(key, value)
      if (text !== undefined && text.trim() !== '') return text
      if (value === undefined || text !== undefined) {
        const message = value === undefined ? `'${key}' is missing` : `'${key}' is empty`
        report.error(value?.at ?? node.at, 'value.missing', message, `write ${key}: and its value`)
      }
      return undefined
    },
    flag: key => {
      const value = present(key)
      if (value === undefined) return undefined
      if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value
      wrongType(key, value, 'true or false')
      return undefined
    },
    whole: (key, range) => {
      const value = present(key)
      return value === undefined ? undefined : wholeOf(key, value, range, report, wrongType)
    },
    choice: (key, choices) => {
      const value = present(key)
      const text = asText(key, value)
      if (value === undefined || text === undefined) return undefined
      const found = choices.find(choice => choice.toLowerCase() === text.toLowerCase())
      if (found === undefined) report.error(value.at, 'value.choice', `'${key}' cannot be '${text}'`, didYouMean(text, choices))
      return found
    },
    texts: key =>
      itemsOf(key).flatMap(item => {
        const text = asText(key, item)
        return text === undefined ? [] : [{ text, at: item.at }]
      }),
    fields: key => {
      const value = present(key)
      return value === undefined ? undefined : asFields(key, value)
    },
    list: key => itemsOf(key).flatMap(item => asFields(key, item) ?? []),
    at: key => memberOf(node, key)?.at ?? node.at,
    refuseOthers: known => {
      for (const [key, { keyAt }] of node.members) {
        if (!known.includes(key))
          report.error(keyAt, 'key.unknown', `'${key}' is not a key that is read here`, didYouMean(key, known))
      }
    },
  }
}

function wholeOf(
  key: string,
  value: TextNode,
  range: { readonly min: number; readonly max: number },
  report: Report,
  wrongType: (key: string, value: TextNode, wanted: string) => void,
): number | undefined {
  const number = value.kind === 'scalar' ? (value as ScalarNode).value : undefined
  if (typeof number !== 'number' || !Number.isInteger(number)) {
    wrongType(key, value, 'a whole number')
    return undefined
  }
  if (number >= range.min && number <= range.max) return number
  report.error(value.at, 'value.range', `'${key}' should be ${range.min} to ${range.max}, and is ${number}`)
  return undefined
}
