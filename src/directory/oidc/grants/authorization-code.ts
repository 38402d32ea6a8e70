import { createHash } from 'node:crypto'
import { readClaimsRequest } from '../../claims-request.ts'
import { type EntraRefusal, entraRefusal } from '../../entra-errors.ts'
import type { CodeGrant } from '../../stores.ts'
import { revokeFamily } from '../refresh-tokens.ts'
import { sameText } from '../same-text.ts'
import type { GrantRequest, TokenAnswer } from '../token-answer.ts'
import { answerFor, refuseProof } from './user-answer.ts'

/** RFC 6749 §4.1.3 with RFC 7636: a code is good once, for its client, its redirect address and whoever holds its verifier. */
export async function grantAuthorizationCode(request: GrantRequest): Promise<TokenAnswer | EntraRefusal> {
  const { services, client, form } = request
  const { stores } = services
  const code = form.get('code')
  if (code === undefined) return entraRefusal(900144, 'code')
  const family = stores.redeemed.get(code, services.now())
  if (family !== undefined) {
    // somebody has a code that was used already: what came of it is no longer good (RFC 6749 §4.1.2)
    revokeFamily(services, family)
    return entraRefusal(54005)
  }
  const kept = stores.codes.peek(code)
  if (kept === undefined) return entraRefusal(9002313)
  if (services.now() >= kept.until) return entraRefusal(70008)
  const grant = kept.value
  if (grant.clientId !== client.appId) return entraRefusal(70000)
  stores.codes.delete(code)
  stores.redeemed.set(code, grant.family, services.now() + 3_600_000)
  const refused = refuseCode(request, grant)
  if (refused !== undefined) return refused
  const { signIn, nonce, redirectType, claims } = grant
  const scope = form.get('scope') ?? grant.scope
  return answerFor(request, {
    signIn,
    scope,
    family: grant.family,
    redirectType,
    refresh: 'as-asked',
    ...(nonce === undefined ? {} : { nonce }),
    ...(claims === undefined ? {} : { claims: readClaimsRequest(claims) }),
  })
}

function refuseCode(request: GrantRequest, grant: CodeGrant): EntraRefusal | undefined {
  const { form, pageOrigin } = request
  const redirectUri = form.get('redirect_uri')
  if (redirectUri === undefined) return entraRefusal(900144, 'redirect_uri')
  if (redirectUri !== grant.redirectUri) return entraRefusal(500112, redirectUri, grant.redirectUri)
  const proof = refuseProof(request, grant.redirectType)
  if (proof !== undefined) return proof
  if (grant.redirectType === 'spa' && pageOrigin === undefined) return entraRefusal(9002327)
  if (grant.redirectType !== 'spa' && pageOrigin !== undefined) return entraRefusal(9002326, pageOrigin)
  return fitsChallenge(grant.challenge, form.get('code_verifier')) ? undefined : entraRefusal(501481)
}

/** A verifier where none was promised is refused as well: somebody took the challenge out of the sign-in. */
function fitsChallenge(challenge: CodeGrant['challenge'], verifier: string | undefined): boolean {
  if (challenge === undefined) return verifier === undefined
  if (verifier === undefined || !/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) return false
  const made = challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url')
  return sameText(made, challenge.value)
}
