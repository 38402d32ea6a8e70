import { spend } from '../../../types/budget.ts'
import { toLowerInvariant, toUpperInvariant } from '../text/compare-strings.ts'
import type { Culture } from './culture.ts'

/** System.Globalization.TextInfo. */
export class TextInfo {
  readonly culture: Culture

  constructor(culture: Culture) {
    this.culture = culture
  }
}

/** Words get a capital; a word all in capitals is an acronym and stays. An apostrophe is part of a word. */
export function toTitleCase(text: string): string {
  spend(text.length >> 2)
  return text.replace(/[\p{L}][\p{L}\p{M}\p{Nd}\p{Cf}\p{Pc}\p{Lm}']*/gu, word => {
    const letters = word.replace(/[^\p{L}]/gu, '')
    const acronym = letters.length > 1 && letters === toUpperInvariant(letters) && letters !== toLowerInvariant(letters)
    return acronym ? word : toUpperInvariant(word.slice(0, 1)) + toLowerInvariant(word.slice(1))
  })
}
