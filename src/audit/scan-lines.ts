import type { Readable } from 'node:stream'

const newline = 0x0a
/** A longer line is none of this trail's. */
export const maxLine = 4 * 1024 * 1024

/** The lines of a stream that hold all of the texts. Without texts: every line. One that is longer than any of this trail is passed over; `onTooLong` is told before the next is given. */
export async function* linesHolding(stream: Readable, texts: readonly string[], onTooLong?: () => void): AsyncGenerator<Buffer> {
  for await (const lines of blocksHolding(stream, texts, onTooLong)) yield* lines
}

/** The same, as many at once as were read at once. Looking for a text in megabytes is many times faster than cutting them into lines first. */
export async function* blocksHolding(
  stream: Readable,
  texts: readonly string[],
  onTooLong?: () => void,
): AsyncGenerator<Iterable<Buffer>> {
  const needles = texts.map(text => Buffer.from(text, 'utf8')).sort((a, b) => b.length - a.length)
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const block = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const end = block.lastIndexOf(newline) + 1
    yield linesIn(block.subarray(0, end), needles)
    rest = block.subarray(end)
    if (rest.length > maxLine) {
      rest = Buffer.alloc(0)
      onTooLong?.()
    }
  }
  if (rest.length > 0) yield linesIn(rest, needles)
}

function* linesIn(block: Buffer, needles: readonly Buffer[]): Generator<Buffer> {
  const [first, ...others] = needles
  for (let at = 0; at < block.length; ) {
    const found = first === undefined ? at : block.indexOf(first, at)
    if (found < 0) return
    const start = first === undefined ? at : block.lastIndexOf(newline, found) + 1
    const stop = block.indexOf(newline, found)
    const end = stop < 0 ? block.length : stop
    const line = block.subarray(start, end)
    if (others.every(needle => line.includes(needle))) yield line
    at = end + 1
  }
}
