import type { DirectoryApplication } from '../../catalog/directory.ts'
import type { RedirectType } from '../redirect-type.ts'

export interface RedirectTarget {
  readonly uri: string
  readonly type: RedirectType
}

/**
 * Where an answer may go: an address that the application registered, compared letter by letter. Only on `http://localhost` and
 * `http://127.0.0.1` does the port not count ("Redirect URI restrictions", RFC 8252 §7.3). Without one in the request: the only one registered.
 */
export function redirectTarget(client: DirectoryApplication, asked: string | undefined): RedirectTarget | undefined {
  const registered = (['web', 'spa', 'publicClient'] as const).flatMap(type =>
    client.redirectUris[type].map(uri => ({ uri, type })),
  )
  if (asked === undefined) return registered.length === 1 ? registered[0] : undefined
  const found = registered.find(({ uri }) => uri === asked) ?? registered.find(({ uri }) => isSameLoopback(uri, asked))
  return found === undefined || !isUsable(asked) ? undefined : { uri: asked, type: found.type }
}

/** Nothing that a browser would run, and nothing that would swallow the answer. */
function isUsable(uri: string): boolean {
  if (!URL.canParse(uri)) return false
  const { protocol, hash } = new URL(uri)
  return hash === '' && !uri.includes('#') && !['javascript:', 'data:', 'vbscript:', 'file:', 'blob:'].includes(protocol)
}

const loopback = /^http:\/\/(localhost|127\.0\.0\.1)(?::(\d{1,5}))?(\/[^#]*)?$/

function isSameLoopback(registered: string, asked: string): boolean {
  const [one, other] = [loopback.exec(registered), loopback.exec(asked)]
  if (one === null || other === null || one[1] !== other[1]) return false
  return (one[3] ?? '/') === (other[3] ?? '/') && Number(other[2] ?? 80) <= 65_535
}
