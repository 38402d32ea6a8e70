/** Levels of nesting in a token's JSON; Entra's own tokens have three. */
const maxDepth = 32

/**
 * Reads a JSON object strictly: undefined for anything else, for a member name that stands twice (two readers would disagree on which
 * one counts, RFC 7519 §4) and past 32 levels. The result has no prototype, so that `__proto__` and `constructor` are names like
 * any other, and is frozen with everything in it.
 */
export function readJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isObject(parsed)) return undefined
  const shape = shapeOf(text)
  if (shape.depth > maxDepth || shape.members !== Object.keys(parsed).length) return undefined
  return freeze(withoutPrototype(parsed))
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Members of the outer object and levels of nesting, counted in a text that is known to be valid JSON. */
function shapeOf(text: string): { members: number; depth: number } {
  let [depth, deepest, commas, empty] = [0, 0, 0, true]
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === quote) {
      if (depth === 1) empty = false
      i = endOfString(text, i)
    } else if (code === openBrace || code === openBracket) {
      depth++
      if (depth > deepest) deepest = depth
    } else if (code === closeBrace || code === closeBracket) depth--
    else if (code === comma && depth === 1) commas++
  }
  return { members: empty ? 0 : commas + 1, depth: deepest }
}

const [quote, backslash, comma, openBrace, closeBrace, openBracket, closeBracket] = [34, 92, 44, 123, 125, 91, 93]

/** Where the string that begins at `start` ends. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text.charCodeAt(i) !== quote) i += text.charCodeAt(i) === backslash ? 2 : 1
  return i
}

function withoutPrototype(source: Record<string, unknown>): Record<string, unknown> {
  // Object.create is typed any; nothing is in it yet
  const target = Object.create(null) as Record<string, unknown>
  for (const name of Object.keys(source)) target[name] = source[name]
  return target
}

function freeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner)
  return Object.freeze(value)
}
