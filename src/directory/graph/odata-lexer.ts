/** Names (with `/` between their parts), texts in single quotes (two of them for one), numbers and the like, and signs. */
const word = /\s*(?:('(?:[^']|'')*')|([A-Za-z_$@][\w.$-]*(?:\/[A-Za-z_$@][\w.$-]*)*)|(-?\d[\w:.+-]*)|([(),:]))/y

const maxWords = 400

/** The words of a `$filter`; undefined when it holds anything else, or too many. */
export function lexFilter(text: string): readonly string[] | undefined {
  const words: string[] = []
  const end = text.trimEnd().length
  word.lastIndex = 0
  while (word.lastIndex < end) {
    const match = word.exec(text)
    if (match === null || words.length === maxWords) return undefined
    words.push(match[0].trim())
  }
  return words
}
