/**
 * String order of the invariant culture, as `string.Compare` has it. Words: hyphen and apostrophe count only between words that
 * are otherwise the same; lower case comes before upper.
 */
const collator = new Intl.Collator('en-US')

export const compareText = (a: string, b: string): number => collator.compare(a, b)
