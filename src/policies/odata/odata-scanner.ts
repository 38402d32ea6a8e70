/** A text that is no OData, and why: the message goes on from the option's name. */
export class ODataFault {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

export interface Token {
  readonly kind: 'name' | 'literal' | 'sign' | 'end'
  readonly text: string
  readonly at: number
}

/** Literals of the ABNF ("primitiveLiteral"), longest first where one begins another. */
const literals: readonly RegExp[] = [
  /'(?:[^']|'')*'/y,
  /(?:duration|binary|[A-Za-z_][\w.]*)'(?:[^']|'')*'/y,
  /[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])/y,
  /-?\d{4,}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d))?(?![\w:])/y,
  /\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?![\w:])/y,
  /[+-]?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y,
  /-?(?:INF|NaN)(?![\w.])/y,
  /"(?:[^"\\]|\\.)*"/y,
]
const name = /[@$]?[\p{L}_][\p{L}\p{N}\p{Mn}\p{Mc}_]*(?:\.[\p{L}_][\p{L}\p{N}\p{Mn}\p{Mc}_]*)*/uy
const signs = /[()/,:;=*[\]{}-]/y

/** Takes an expression apart. Throws ODataFault. */
export function scan(text: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) {
      at++
      continue
    }
    const token = literalAt(text, at, tokens.at(-1)) ?? matchAt(name, 'name', text, at) ?? matchAt(signs, 'sign', text, at)
    if (token === undefined)
      throw new ODataFault(text[at] === "'" ? 'has a text that does not end' : `has a sign that stands for nothing at ${at + 1}`)
    tokens.push(token)
    at += token.text.length
  }
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

/** A name and a text without a blank between are one literal (`duration'…'`, an enumeration's member); a minus behind a value is none. */
function literalAt(text: string, at: number, before: Token | undefined): Token | undefined {
  if (text[at] === '-' && before !== undefined && (before.kind === 'literal' || before.text === ')')) return undefined
  for (const form of literals) {
    const token = matchAt(form, 'literal', text, at)
    if (token !== undefined) return token
  }
  return undefined
}

function matchAt(form: RegExp, kind: Token['kind'], text: string, at: number): Token | undefined {
  form.lastIndex = at
  const [found] = form.exec(text) ?? []
  return found === undefined ? undefined : { kind, text: found, at }
}
