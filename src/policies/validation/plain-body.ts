import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib'

/** The bytes of a body behind its Content-Encoding, or why they are not to be had. */
export type PlainBody =
  | { readonly kind: 'plain'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'unreadable'; readonly message: string }

/** Undoes the codings of RFC 9110 §8.4.1, last first; never makes more than `limit` bytes. */
export function plainBody(bytes: Uint8Array, encoding: string | null, limit: number): PlainBody {
  const codings = (encoding ?? '')
    .split(',')
    .map(one => one.trim().toLowerCase())
    .filter(one => one !== '' && one !== 'identity')
    .reverse()
  if (codings.length > 3) return { kind: 'unreadable', message: 'It is compressed too often.' }
  let plain = bytes
  for (const coding of codings) {
    const decode = decoders.get(coding)
    if (decode === undefined) return { kind: 'unreadable', message: 'Its content coding is not known.' }
    try {
      plain = decode(plain, { maxOutputLength: Math.max(1, limit) })
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : ''
      return code === 'ERR_BUFFER_TOO_LARGE'
        ? { kind: 'too-large' }
        : { kind: 'unreadable', message: 'It is not compressed as it says.' }
    }
  }
  return { kind: 'plain', bytes: plain }
}

type Decode = (bytes: Uint8Array, options: ZlibOptions) => Uint8Array

/** "deflate" is zlib's form by RFC 9110; many senders leave its wrapper out. */
const inflate: Decode = (bytes, options) =>
  ((bytes[0] ?? 0) & 0x0f) === 8 ? inflateSync(bytes, options) : inflateRawSync(bytes, options)

const decoders: ReadonlyMap<string, Decode> = new Map([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflate],
  ['br', (bytes, { maxOutputLength = 0 }) => brotliDecompressSync(bytes, { maxOutputLength })],
])
