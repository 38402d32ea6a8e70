import { createHmac } from 'node:crypto'
import { sameText } from '../oidc/same-text.ts'

/** Seconds that a code of an authenticator app stands (RFC 6238 §4). */
const step = 30
const digits = 6

/** The time step that a code belongs to; undefined when it is none of the app's now. One step to either side bears clocks that differ. */
export function stepOfCode(secretKey: string, code: string, now: number): number | undefined {
  const current = Math.floor(now / 1000 / step)
  const secret = fromBase32(secretKey)
  return [current, current - 1, current + 1].find(one => sameText(codeAt(secret, one), code.replace(/\s/g, '')))
}

/** The code that an app would show. `now`: milliseconds since 1970. */
export function codeNow(secretKey: string, now: number): string {
  return codeAt(fromBase32(secretKey), Math.floor(now / 1000 / step))
}

/** RFC 4226 §5.3. */
function codeAt(secret: Buffer, counter: number): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(Math.max(0, counter)))
  const digest = createHmac('sha1', secret).update(message).digest()
  const offset = (digest[digest.length - 1] ?? 0) & 0x0f
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 §6; the workspace's reader let nothing else through. */
function fromBase32(text: string): Buffer {
  const bits = [...text].map(letter => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const bytes = bits.match(/[01]{8}/g) ?? []
  return Buffer.from(bytes.map(byte => Number.parseInt(byte, 2)))
}
