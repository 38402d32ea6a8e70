/** What a terminal obeys, what turns the text around it, and what is not seen: controls, format characters, line ends. */
export const unprintable = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** As it would stand in JSON: `\u001b`. */
export function escaped(character: string): string {
  const units = [...Array(character.length).keys()].map(at => character.charCodeAt(at).toString(16).padStart(4, '0'))
  return short[character] ?? units.map(unit => `\\u${unit}`).join('')
}

/**
 * A text that somebody else chose (a caller, an asker, an author), to stand within a line: it ends no line and says nothing to a terminal. What `guardOutput` does to
 * all output cannot tell its line ends from those of the command.
 */
export function printable(text: string): string {
  return text.replace(unprintable, escaped)
}

/** The same value with all its texts so: a record, an event, the row of a table. */
export function printableTexts<T>(value: T): T {
  return cleaned(value) as T // of the same shape, and a text stays a text
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return printable(value)
  if (Array.isArray(value)) return value.map(cleaned)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cleaned(one)]))
}
