import type { KeySource, TokenRules } from '../../identity/token-verifier.ts'
import { definePolicy, element, many, optional, value } from '../define-policy.ts'
import { refuse } from '../outcome.ts'
import { judgeToken, tokenReasons, verdictAttributes } from '../tokens/judge-token.ts'
import { keyList, keyMakers } from '../tokens/key-elements.ts'
import { asksForGroups, type ClaimFault, claimCheck, requiredClaims } from '../tokens/required-claims.ts'
import { sameRules } from '../tokens/same-rules.ts'
import { sourceAttributes, tokenFinder } from '../tokens/token-source.ts'
import { type Evaluator, isConstant } from '../values.ts'

const applicationIds = optional(element({ children: { 'application-id': many(value.string({ nonEmpty: true }), { min: 1 }) } }))

/** Lets a call continue only with a token that Microsoft Entra issued in the tenant, for the audience, to one of the client applications. */
export const validateAzureAdToken = definePolicy({
  element: 'validate-azure-ad-token',
  summary: 'Demands a valid token of a Microsoft Entra tenant, version 1.0 or 2.0.',
  source: 'Validate Microsoft Entra token',
  sections: ['inbound'],
  schema: {
    attributes: { 'tenant-id': value.string({ nonEmpty: true }), ...sourceAttributes, ...verdictAttributes },
    children: {
      'client-application-ids': applicationIds,
      'backend-application-ids': applicationIds,
      audiences: optional(element({ children: { audience: many(value.string(), { min: 1 }) } })),
      'required-claims': requiredClaims,
      'decryption-keys': keyList,
    },
  },
  reasons: [...tokenReasons, 'token.client', 'policy.failed'],
  differences: [
    'Required `groups` that Entra left out of a token (more than 200) are asked of Microsoft Graph, where the gateway has an identity for it.',
    'A token whose keys cannot be reached is answered 503, not the policy’s own status: it was not judged.',
    'Without `client-application-ids` the policy must name audiences or backend applications: else any token of the tenant would do.',
    '`decryption-keys` are those of `validate-jwt`.',
    'An application of `backend-application-ids` is accepted as the audience by its id and as api:// with its id.',
  ],
  compile({ attributes, children, written, position }, ports, site) {
    const find = tokenFinder(attributes, written, site, { fallbackHeader: 'Authorization' })
    const clients = children['client-application-ids']?.children['application-id'] ?? []
    const backends = children['backend-application-ids']?.children['application-id'] ?? []
    const audiences = children.audiences?.children.audience ?? []
    const tenant = attributes['tenant-id']
    if (clients.length + backends.length + audiences.length === 0) {
      const mend = 'add `audiences`, with the audience of your API'
      site.fault(
        'policy.missing-child',
        'any token of the tenant would be let in: neither clients nor audiences are named',
        mend,
        position,
      )
      return undefined
    }
    const authority = (text: string) => authorityOf(text, ports.loginHost ?? publicHost)
    if (isConstant(tenant) && authority(tenant.constant) === undefined) {
      const mend = 'write the tenant’s id or domain, or `organizations`'
      site.fault('policy.tenant', `\`tenant-id\` names no tenant: \`${tenant.constant.slice(0, 60)}\``, mend, position)
      return undefined
    }
    const opening = keyMakers(children['decryption-keys'], 'decrypt', site)
    if (find === undefined || opening === undefined) return undefined
    const texts = opening.map(({ text }) => text)
    const rules = sameRules([tenant, ...audiences, ...backends, ...texts], (ctx): TokenRules => {
      const all = (values: readonly Evaluator<string>[]) => values.map(one => one(ctx))
      const accepted = [...all(audiences), ...all(backends).flatMap(id => [id, `api://${id}`])]
      return { ...rulesFor(authority(tenant(ctx)), accepted), decryptionKeys: opening.flatMap(one => one.make(ctx) ?? []) }
    })
    const claims = claimCheck(children['required-claims'], site)
    const judge = judgeToken(
      {
        find,
        rules,
        asksForGroups: asksForGroups(children['required-claims']),
        check: (ctx, token) =>
          clientFault(
            token.claims,
            clients.map(one => one(ctx)),
          ) ?? claims(ctx, token),
        attributes,
      },
      ports,
      site,
    )
    return isConstant(tenant) ? judge : ctx => (authority(tenant(ctx)) === undefined ? noTenant(tenant(ctx)) : judge(ctx))
  },
})

interface TenantAuthority {
  readonly host: string
  /** Id, domain, `common` or `organizations`. */
  readonly name: string
}

const publicHost = 'login.microsoftonline.com'
const loginHosts = new Set([
  publicHost,
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
  'sts.windows.net',
  'login.windows.net',
])

/** A tenant by id or domain in the gateway's own cloud, or by an Entra address that names it: then in that address's cloud. */
function authorityOf(text: string, ownHost: string): TenantAuthority | undefined {
  const written = text.trim()
  if (tenantName.test(written)) return { host: ownHost, name: written.toLowerCase() }
  if (!written.startsWith('https://') || !URL.canParse(written)) return undefined
  const { hostname, pathname } = new URL(written)
  const name = pathname.split('/')[1] ?? ''
  if (!loginHosts.has(hostname) || !tenantName.test(name)) return undefined
  return { host: hostname.endsWith('.net') ? publicHost : hostname, name: name.toLowerCase() }
}

const tenantName = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+|common|organizations)$/i
const guid = /^[0-9a-f-]{36}$/

/** Both versions' issuers: known for a tenant's id, else as the two configurations name them. */
function rulesFor(authority: TenantAuthority | undefined, audiences: readonly string[]): TokenRules {
  const { host, name } = authority ?? { host: publicHost, name: '' }
  const base = `https://${host}/${name}`
  const v2: KeySource = { kind: 'openid-config', url: `${base}/v2.0/.well-known/openid-configuration` }
  const v1: KeySource = { kind: 'openid-config', url: `${base}/.well-known/openid-configuration` }
  const isId = guid.test(name) && host === publicHost
  return {
    keys: isId ? [v2] : [v2, v1],
    issuers: isId ? [`${base}/v2.0`, `https://sts.windows.net/${name}/`] : [],
    audiences,
    requireExpirationTime: true,
    requireSignedTokens: true,
    clockSkew: 0,
    decryptionKeys: [],
  }
}

/** The application that asked for the token: `azp` in version 2.0, `appid` in 1.0. */
function clientFault(claims: Readonly<Record<string, unknown>>, allowed: readonly string[]): ClaimFault | undefined {
  if (allowed.length === 0) return undefined
  const sent = claims.ver === '1.0' ? claims.appid : (claims.azp ?? claims.appid)
  if (typeof sent === 'string' && allowed.some(id => id.toLowerCase() === sent.toLowerCase())) return undefined
  return {
    reason: 'token.client',
    errorReason: 'TokenClaimValueNotAllowed',
    message: 'The client application of the token is not allowed. Access denied.',
    expected: allowed,
    received: [typeof sent === 'string' ? sent : 'no client application'],
  }
}

function noTenant(text: string) {
  return refuse({
    reason: 'policy.failed',
    statusCode: 500,
    message: 'Internal server error',
    errorReason: 'ExpressionValueEvaluationFailure',
    errorMessage: 'The expression of tenant-id names no tenant.',
    received: [text.slice(0, 60)],
  })
}
