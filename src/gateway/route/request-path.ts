/** A request's path cut into segments. */
export interface RequestPath {
  /** As it was sent, without the query; begins with `/`. */
  readonly raw: string
  /** Segments as they were sent. */
  readonly segments: readonly string[]
  /** Segments decoded. */
  readonly values: readonly string[]
  /** Segments decoded and in lower case: what literals are compared with. */
  readonly keys: readonly string[]
  /**
   * The path as a backend might read it that decodes more or cleans up (empty segments, encoded slashes, backslashes, `;parameters`);
   * null when there is only one way to read it.
   */
  readonly otherReading: RequestPath | null
}

/** Characters for which a path must be looked at closely. A path without them is read in one way only. */
const remarkable = /[%;\\]|\/\/|\/\.|[^\x21-\x7e]/
const forbidden = /[\u0000-\u001f\u007f]/
const dots = /^\.{1,2}$/
const maxDecodings = 3

/** Undefined for a path that is refused: not well encoded, with control characters or dot segments in any encoding. */
export function parseRequestPath(raw: string): RequestPath | undefined {
  if (raw.charCodeAt(0) !== 47 /* / */) return undefined
  const segments = cut(raw)
  if (!remarkable.test(raw)) {
    return { raw, segments, values: segments, keys: segments.map(fold), otherReading: null }
  }
  const values: string[] = []
  for (const segment of segments) {
    const value = decode(segment)
    if (value === undefined || forbidden.test(value)) return undefined
    values.push(value)
  }
  const other = readOtherwise(values)
  if (other === undefined) return undefined
  return { raw, segments, values, keys: values.map(fold), otherReading: sameTexts(other, values) ? null : plain(other) }
}

function cut(raw: string): string[] {
  if (raw === '/') return []
  return (raw.endsWith('/') ? raw.slice(1, -1) : raw.slice(1)).split('/')
}

function plain(values: readonly string[]): RequestPath {
  return { raw: `/${values.join('/')}`, segments: values, values, keys: values.map(fold), otherReading: null }
}

const fold = (text: string) => text.toLowerCase()
const sameTexts = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((text, i) => text === b[i])

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Undefined when the other reading has dot segments. A revision (`orders;rev=2`) is API Management's own and stays. */
function readOtherwise(values: readonly string[]): string[] | undefined {
  const pieces: string[] = []
  for (const value of values)
    for (const piece of decodeFully(value).split(/[/\\]/)) {
      const text = withoutParameters(piece)
      if (dots.test(text)) return undefined
      if (text !== '') pieces.push(text)
    }
  return pieces
}

function decodeFully(value: string): string {
  let text = value
  for (let i = 0; i < maxDecodings && text.includes('%'); i++) text = decode(text) ?? text
  return text
}

function withoutParameters(piece: string): string {
  const at = piece.indexOf(';')
  return at < 0 || /;rev=\d+$/i.test(piece) ? piece : piece.slice(0, at)
}
