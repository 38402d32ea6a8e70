import type { KeySource, TokenRules } from '../../identity/token-verifier.ts'
import { definePolicy, element, many, optional, value } from '../define-policy.ts'
import { judgeToken, tokenReasons, verdictAttributes } from '../tokens/judge-token.ts'
import { type KeyMaker, keyList, keyMakers } from '../tokens/key-elements.ts'
import { asksForGroups, claimCheck, requiredClaims } from '../tokens/required-claims.ts'
import { sameRules } from '../tokens/same-rules.ts'
import { sourceAttributes, tokenFinder } from '../tokens/token-source.ts'
import { type Evaluator, isConstant } from '../values.ts'

/**
 * Lets a call continue only with a token that one of the keys signed (named by OpenID configurations or written in the policy) and whose
 * issuer, audience, lifetime and claims are as the policy asks.
 */
export const validateJwt = definePolicy({
  element: 'validate-jwt',
  summary: 'Demands a valid JSON web token from a header, a query parameter or a value.',
  source: 'Validate JWT',
  sections: ['inbound'],
  schema: {
    attributes: {
      ...sourceAttributes,
      ...verdictAttributes,
      'require-expiration-time': optional(value.boolean(), true),
      'require-scheme': optional(value.string()),
      'require-signed-tokens': optional(value.boolean(), true),
      'clock-skew': optional(value.duration('seconds'), 0),
    },
    children: {
      'openid-config': many(element({ attributes: { url: value.url() } })),
      'issuer-signing-keys': keyList,
      'decryption-keys': keyList,
      audiences: optional(element({ children: { audience: many(value.string(), { min: 1 }) } })),
      issuers: optional(element({ children: { issuer: many(value.string(), { min: 1 }) } })),
      'required-claims': requiredClaims,
    },
  },
  reasons: tokenReasons,
  differences: [
    'Required `groups` that Entra left out of a token (more than 200) are asked of Microsoft Graph, where the gateway has an identity for it.',
    'A token whose keys cannot be reached is answered 503, not the policy’s own status: it was not judged.',
    'Symmetric keys shorter than 32 bytes are refused at load; ES256, ES384, ES512 and all of RS and PS are accepted too.',
    'The keys of one OpenID configuration do not vouch for an issuer that another one names.',
    'An issuer template ({tenantid}) of an OpenID configuration counts only when the policy lists no issuers.',
    '`certificate-id` names one of the workspace’s `certificates`. Tokens encrypted for its key need a signature inside, whatever `require-signed-tokens` says; RSA1_5 is not decrypted.',
  ],
  compile(content, ports, site) {
    const { attributes, children, written, position } = content
    const find = tokenFinder(attributes, written, site, { scheme: attributes['require-scheme'] })
    const signing = keyMakers(children['issuer-signing-keys'], 'sign', site)
    const opening = keyMakers(children['decryption-keys'], 'decrypt', site)
    const urls = children['openid-config'].map(one => one.attributes.url)
    const fixed = urls.flatMap(url => (isConstant(url) ? url.constant : []))
    for (const url of fixed.filter(isOpenToAll))
      site.warn('policy.insecure-url', `keys from ${url} can be forged on the way`, 'use https', position)
    if (find === undefined || signing === undefined || opening === undefined) return undefined
    const signed = attributes['require-signed-tokens']
    if (urls.length + signing.length === 0 && !(isConstant(signed) && signed.constant === false)) {
      const mend = 'add an `openid-config`, or the keys under `issuer-signing-keys`'
      site.fault('policy.missing-child', '`validate-jwt` has no keys to check a signature with', mend, position)
      return undefined
    }
    const audiences = children.audiences?.children.audience ?? []
    const issuers = children.issuers?.children.issuer ?? []
    const expiring = attributes['require-expiration-time']
    const skew = attributes['clock-skew']
    const texts = [...signing, ...opening].map(({ text }) => text)
    const rules = sameRules([...urls, ...audiences, ...issuers, ...texts, expiring, signed, skew], (ctx): TokenRules => {
      const all = (values: readonly Evaluator<string>[]) => values.map(one => one(ctx))
      const keys = (makers: readonly KeyMaker[]) => makers.flatMap(one => one.make(ctx) ?? [])
      const published = all(urls).map((url): KeySource => ({ kind: 'openid-config', url }))
      return {
        keys: [...published, ...keys(signing)],
        issuers: all(issuers),
        audiences: all(audiences),
        requireExpirationTime: expiring(ctx),
        requireSignedTokens: signed(ctx),
        clockSkew: skew(ctx) / 1000,
        decryptionKeys: keys(opening),
      }
    })
    const claims = children['required-claims']
    return judgeToken(
      { find, rules, check: claimCheck(claims, site), asksForGroups: asksForGroups(claims), attributes },
      ports,
      site,
    )
  },
})

/** Plain http beyond this machine: whoever sits between may hand out keys of their own. */
function isOpenToAll(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}
