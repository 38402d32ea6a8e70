import { TextDecoder } from 'node:util'
import type { Headers } from '../context/headers.ts'
import type { ShapedMessage } from '../step.ts'

export const textOfXmlBody = ({ body, headers }: Pick<ShapedMessage, 'body' | 'headers'>): string =>
  textOfXml(body.bytes ?? new Uint8Array(0), headers)

/**
 * Bytes of an XML document as text: by the charset of its Content-Type (RFC 7303 §3.2), else its byte order mark, else the encoding that it
 * declares itself (XML 1.0 appendix F), else UTF-8. What is no text in that encoding becomes U+FFFD.
 */
export function textOfXml(bytes: Uint8Array, headers: Headers): string {
  const named = /;\s*charset="?([\w.:-]+)/i.exec(headers.get('Content-Type') ?? '')?.[1]
  return decoderFor(markedIn(bytes) ?? named ?? declaredIn(bytes)).decode(bytes)
}

function markedIn([first, second]: Uint8Array): string | undefined {
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return first === 0xff && second === 0xfe ? 'utf-16le' : undefined
}

function declaredIn(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200)).toString('latin1')
  return /^(?:\u00ef\u00bb\u00bf)?<\?xml\s[^>]*?\bencoding\s*=\s*["']([\w.-]+)/.exec(start)?.[1]
}

function decoderFor(charset: string | undefined): TextDecoder {
  try {
    return new TextDecoder(charset ?? 'utf-8')
  } catch {
    return new TextDecoder('utf-8') // an encoding that nobody knows
  }
}
