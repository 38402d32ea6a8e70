/** Issuers as Entra writes them: `https://login.microsoftonline.com/{tid}/v2.0` and `https://sts.windows.net/{tid}/`, each cloud its own. */

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const placeholder = '{tenantid}'

const entraIssuer = /^https:\/\/(?<host>[a-z0-9.-]+)\/(?<tenant>[0-9a-f-]{36})(?:\/v2\.0|\/)$/i

/** Hosts that Entra's tokens name as their issuer, with the host of the v2 form: public, US government, China. */
const issuerHosts = new Map([
  ['login.microsoftonline.com', 'login.microsoftonline.com'],
  ['sts.windows.net', 'login.microsoftonline.com'],
  ['login.microsoftonline.us', 'login.microsoftonline.us'],
  ['login.partner.microsoftonline.cn', 'login.partner.microsoftonline.cn'],
  ['sts.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
])

/** Whether an allowed issuer, exact or with `{tenantid}`, takes this token. A template needs a tenant id in the token's `tid`. */
export function issuerAllows(allowed: string, issuer: string, tid: unknown): boolean {
  if (!allowed.includes(placeholder)) return allowed === issuer
  return typeof tid === 'string' && guid.test(tid) && allowed.replace(placeholder, tid) === issuer
}

export function isTemplate(issuer: string): boolean {
  return issuer.includes(placeholder)
}

/** The tenant whose Entra issuer this is, lower case; undefined for any other issuer. */
export function tenantOfIssuer(issuer: string): string | undefined {
  const parts = entraIssuer.exec(issuer)?.groups
  if (parts === undefined || !issuerHosts.has((parts.host ?? '').toLowerCase())) return undefined
  return parts.tenant?.toLowerCase()
}

/**
 * Whether a key that names its own issuer may sign for this one. Entra's v1 tokens are signed with keys that name the v2
 * issuer, so both forms of one tenant count as one.
 */
export function keyMaySignFor(keyIssuer: string, issuer: string, tid: unknown): boolean {
  if (issuerAllows(keyIssuer, issuer, tid)) return true
  const v2 = v2Form(issuer)
  return v2 !== undefined && issuerAllows(keyIssuer, v2, tid)
}

function v2Form(issuer: string): string | undefined {
  const parts = entraIssuer.exec(issuer)?.groups
  const host = issuerHosts.get(parts?.host?.toLowerCase() ?? '')
  return host === undefined || parts === undefined ? undefined : `https://${host}/${parts.tenant}/v2.0`
}
