import { randomFillSync } from 'node:crypto'

/** Ids that are made at once: one by one each takes longer, and is put together from so many pieces that writing it out takes as long again. */
const together = 128
const idLength = 36
const random = Buffer.alloc(together * 16)
const made = Buffer.alloc(together * idLength, '-')
const digits = Buffer.from('0123456789abcdef')
/** Where in an id the two digits of each byte stand. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]
let ids = ''
let next = 0

/** A UUID of version 4 (RFC 9562 section 5.4): nobody can guess one. */
export function newRequestId(): string {
  if (next === ids.length) {
    ids = makeIds()
    next = 0
  }
  const start = next
  next += idLength
  return ids.slice(start, next)
}

function makeIds(): string {
  randomFillSync(random)
  for (let id = 0; id < together; id++) writeId(id * 16, id * idLength)
  return made.toString('latin1')
}

/** Writes the id of the 16 random bytes that begin at `from`. */
function writeId(from: number, to: number): void {
  random[from + 6] = ((random[from + 6] ?? 0) & 0x0f) | 0x40 // version
  random[from + 8] = ((random[from + 8] ?? 0) & 0x3f) | 0x80 // variant
  for (let i = 0; i < places.length; i++) {
    const byte = random[from + i] ?? 0
    const at = to + (places[i] ?? 0)
    made[at] = digits[byte >> 4] ?? 0
    made[at + 1] = digits[byte & 0x0f] ?? 0
  }
}
