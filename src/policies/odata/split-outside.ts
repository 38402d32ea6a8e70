import { ODataFault } from './odata-scanner.ts'

/** The parts of a text between separators that stand in no brackets and no quoted text. Throws ODataFault for what does not pair. */
export function splitOutside(text: string, separator: string): readonly string[] {
  const parts: string[] = []
  const open: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    if (sign === "'" || sign === '"') {
      at = endOfText(text, at, sign)
      if (at < 0) throw new ODataFault('has a text that does not end')
    } else if (sign === '(' || sign === '[' || sign === '{') {
      if (open.length >= 100) throw new ODataFault('nests deeper than 100 levels')
      open.push(sign)
    } else if (sign === ')' || sign === ']' || sign === '}') {
      if (open.pop() !== pairs.get(sign)) throw new ODataFault('has brackets that do not pair')
    } else if (sign === separator && open.length === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  if (open.length > 0) throw new ODataFault('has brackets that do not pair')
  parts.push(text.slice(start))
  return parts
}

/** A doubled quote inside begins the text anew, which comes to the same; in double quotes, those of JSON, a backslash hides one. */
function endOfText(text: string, start: number, quote: string): number {
  let end = text.indexOf(quote, start + 1)
  while (quote === '"' && end > 0 && text[end - 1] === '\\') end = text.indexOf(quote, end + 1)
  return end
}

const pairs = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
])
