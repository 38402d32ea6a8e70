import { createHash } from 'node:crypto'

const form = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The 36-character form of RFC 9562 §4, in lower case; undefined for anything else. */
export function parseGuid(raw: string): string | undefined {
  return form.test(raw) ? raw.toLowerCase() : undefined
}

/**
 * A name-based id (RFC 9562 §5.5, version 5): the same namespace, kind and name always give the same id, so that a
 * directory keeps its ids without writing them down. Names are compared as Entra compares them, without case.
 */
export function guidFromName(namespace: string, kind: string, name: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(`${kind}:${name.toLowerCase()}`)
    .digest()
    .subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x50
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
