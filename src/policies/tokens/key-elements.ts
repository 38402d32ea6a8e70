import type { Position } from '../../catalog/diagnostic.ts'
import type { KeySource } from '../../identity/token-verifier.ts'
import type { CallContext } from '../context/call-context.ts'
import { type Content, element, literal, many, optional, type Site, value } from '../define-policy.ts'
import { type Evaluator, isConstant } from '../values.ts'

const keySchema = {
  attributes: {
    id: optional(literal(value.string({ nonEmpty: true }))),
    'certificate-id': optional(literal(value.string({ nonEmpty: true }))),
    n: optional(literal(value.string({ nonEmpty: true }))),
    e: optional(literal(value.string({ nonEmpty: true }))),
  },
  text: optional(value.string()),
} as const

/** `<issuer-signing-keys>` and `<decryption-keys>` of validate-jwt. */
export const keyList = optional(element({ children: { key: many(element(keySchema), { min: 1 }) } }))

type Keys = { readonly children: { readonly key: readonly Content<typeof keySchema>[] } } | undefined

/** A key as the policy writes it; its text may come from the call. */
export interface KeyMaker {
  readonly text: Evaluator<string | undefined>
  /** Undefined when the text is no key: then nothing is signed with it. */
  make(ctx: CallContext): KeySource | undefined
}

/** RFC 7518 §3.2: HMAC needs a key as long as its hash. */
const minSecretBytes = 32

/** The keys of a list; undefined after a fault. */
export function keyMakers(keys: Keys, use: 'sign' | 'decrypt', site: Site): readonly KeyMaker[] | undefined {
  const made = (keys?.children.key ?? []).map(key => keyMaker(key, use, site))
  const sound = made.filter(one => one !== undefined)
  return sound.length === made.length ? sound : undefined
}

function keyMaker(key: Content<typeof keySchema>, use: 'sign' | 'decrypt', site: Site): KeyMaker | undefined {
  const { attributes, text, position } = key
  const [id, certificate, n, e] = [attributes.id(), attributes['certificate-id'](), attributes.n(), attributes.e()]
  const keyId = id === undefined ? {} : { keyId: id }
  if (certificate !== undefined) {
    const source = certificateKey(certificate, use, site, position)
    return source === undefined ? undefined : { text, make: () => (source === 'unknown' ? undefined : { ...source, ...keyId }) }
  }
  if (n !== undefined || e !== undefined) {
    if (use === 'decrypt') {
      site.fault(
        'policy.unsupported',
        'a public key decrypts nothing: `n` and `e` in `decryption-keys`',
        'write the shared secret in base64',
        position,
      )
      return undefined
    }
    if (n === undefined || e === undefined) {
      site.fault('policy.missing-attribute', '`n` and `e` of a `key` belong together', 'write both', position)
      return undefined
    }
    return { text, make: () => ({ kind: 'rsa', n, e, ...keyId }) }
  }
  const problem = isConstant(text) ? secretProblem(text.constant, use) : undefined
  if (problem !== undefined) {
    site.fault('policy.bad-value', problem, 'write the key in base64', position)
    return undefined
  }
  return {
    text,
    make: ctx => {
      const written = text(ctx)
      if (written === undefined || secretProblem(written, use) !== undefined) return undefined
      return { kind: 'symmetric', key: Buffer.from(written, 'base64'), ...keyId }
    },
  }
}

/** The key of a certificate of the workspace: public to verify, private to decrypt. Undefined after a fault; `unknown` in a file looked at alone. */
function certificateKey(id: string, use: 'sign' | 'decrypt', site: Site, position: Position): KeySource | 'unknown' | undefined {
  const { certificates, partial } = site.workspace
  const held = certificates.find(one => one.id === id)
  const pem = held?.chain[0]
  if (use === 'sign' && pem !== undefined) return { kind: 'certificate', pem }
  if (use === 'decrypt' && held?.key !== undefined) return { kind: 'private', key: held.key }
  const tell = partial ? site.warn : site.fault
  if (held === undefined) {
    const mend =
      use === 'sign'
        ? 'add it under certificates in gatehouse.yaml, or write its public key as `n` and `e`'
        : 'add it with its private key under certificates in gatehouse.yaml'
    tell('policy.certificate', `there is no certificate \`${id}\``, mend, position)
  } else
    tell(
      'policy.certificate',
      `the private key of the certificate \`${id}\` is not at hand`,
      'name its file under key, or give a pfx',
      position,
    )
  return partial ? 'unknown' : undefined
}

/** Says what is wrong without quoting it: it is a secret. */
function secretProblem(text: string | undefined, use: 'sign' | 'decrypt'): string | undefined {
  const written = text?.replace(/\s/g, '') ?? ''
  if (written === '') return 'a `key` has neither text nor `certificate-id`, `n` and `e`'
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(written) || written.length % 4 !== 0) return 'the text of a `key` is not base64'
  const bytes = Buffer.from(written, 'base64').length
  if (use === 'decrypt' || bytes >= minSecretBytes) return undefined
  return `a \`key\` of ${bytes} bytes is too short for HS256, which takes ${minSecretBytes} or more (RFC 7518 §3.2)`
}
