import type { Io } from './command.ts'
import { colourCode } from './paint.ts'
import { escaped, unprintable } from './printable.ts'

type Out = Io['stdout']

const layout = /\r\n|[\n\t]/
const shown = new RegExp(`${layout.source}|${unprintable.source}`, 'gu')
const coloured = new RegExp(`${colourCode.source}|${shown.source}`, 'gu')
const kept = new RegExp(`^(?:${layout.source}|${colourCode.source})$`)

/**
 * What all commands write through: whatever they forgot to make printable does not reach a terminal as what it obeys. Line ends, tabs and, on a terminal, the colours
 * of `paintFor` pass. In JSON the escapes mean the characters that they stand for.
 */
export function guardOutput(out: Out): Out {
  const isTTY = out.isTTY === true
  const pattern = isTTY ? coloured : shown
  return { isTTY, write: text => out.write(text.replace(pattern, part => (kept.test(part) ? part : escaped(part)))) }
}
