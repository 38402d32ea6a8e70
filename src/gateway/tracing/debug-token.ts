import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a debug token allows: to trace calls of one API, until its end. */
export interface DebugGrant {
  /** ARM name, without revision. */
  readonly api: string
  /** Milliseconds since 1970-01-01 UTC. */
  readonly expires: number
}

/** Seconds; Azure gives no more either. */
export const longestDebugToken = 3600

/** `aid=orders&p=tracing&ex=1767225600&sn=…`: what the header Apim-Debug-Authorization carries. `sn` signs all before it. */
export function makeDebugToken(key: Uint8Array, { api, expires }: DebugGrant): string {
  const said = `aid=${encodeURIComponent(api)}&p=tracing&ex=${Math.floor(expires / 1000)}`
  return `${said}&sn=${sign(key, said).toString('base64url')}`
}

/** The grant of a token that was made with the key, whether it is over or not; undefined for anything else. */
export function readDebugToken(key: Uint8Array, token: string): DebugGrant | undefined {
  const parts = /^(aid=([^&]{1,240})&p=tracing&ex=(\d{1,12}))&sn=([\w-]{43})$/.exec(token)
  if (parts === null) return undefined
  const [, said = '', api = '', seconds = '', signature = ''] = parts
  if (!timingSafeEqual(sign(key, said), Buffer.from(signature, 'base64url'))) return undefined
  return { api: decodeURIComponent(api), expires: Number(seconds) * 1000 }
}

const sign = (key: Uint8Array, said: string) => createHmac('sha256', key).update(said, 'utf8').digest()
