import { compactVerify } from 'jose'
import { checkAudience, checkBinding, checkIssuer, checkLifetime, type Voucher } from './check-claims.ts'
import { claimsOf, cutToken, type SealedToken, type SignedToken } from './compact-token.ts'
import { issuerAllows } from './entra-issuer.ts'
import type { KeyFetch } from './key-fetch.ts'
import { type KeyRing, makeRing, snapshotsOf, vouchersFor } from './key-ring.ts'
import { openToken } from './open-token.ts'
import { defaultTiming, type KeySnapshot, type KeyTiming, RemoteKeySet } from './remote-key-set.ts'
import { ResultCache, type TokenResult } from './result-cache.ts'
import * as refusals from './token-refusals.ts'
import { noStatistics, type TokenRules, type TokenVerifier, type VerifierStatistics } from './token-verifier.ts'

export interface TokenLimits {
  /** Bytes of a token; a longer one is malformed. */
  readonly maxTokenBytes: number
  /** Results that are remembered, and about how many bytes they may take. */
  readonly maxRememberedResults: number
  readonly maxRememberedBytes: number
}

export const defaultTokenLimits: TokenLimits = {
  maxTokenBytes: 32 * 1024,
  maxRememberedResults: 20_000,
  maxRememberedBytes: 64 * 1024 * 1024,
}

export interface TokenVerifierOptions {
  readonly fetch: KeyFetch
  readonly limits?: Partial<TokenLimits>
  readonly timing?: Partial<KeyTiming>
  /** The tenant that the local directory stands in for, when one is bound: its tokens are judged by the directory's keys alone. */
  readonly localTenant?: string
  /** Is kept up to date. */
  readonly statistics?: VerifierStatistics
}

/** Signatures tried for a token that names no key. */
const maxTries = 16
/** How long a token without an expiry is remembered, in milliseconds. */
const rememberUnexpiring = 300_000

/** Makes the verifier of one thread: it knows the keys that it fetched and the tokens that it saw. */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const limits = { ...defaultTokenLimits, ...options.limits }
  const timing = { ...defaultTiming, ...options.timing }
  const statistics = options.statistics ?? noStatistics()
  const results = new ResultCache(limits.maxRememberedResults, limits.maxRememberedBytes)
  const sets = new Map<string, RemoteKeySet>()
  const rings = new WeakMap<TokenRules, KeyRing>()

  const remote = (kind: 'openid-config' | 'jwks', url: string): RemoteKeySet => {
    const name = `${kind} ${url}`
    const set = sets.get(name) ?? new RemoteKeySet(kind, url, options.fetch, timing, statistics)
    sets.set(name, set)
    return set
  }
  const ringOf = (rules: TokenRules): KeyRing => {
    const ring = rings.get(rules) ?? makeRing(rules, remote)
    rings.set(rules, ring)
    return ring
  }
  return {
    verify(token, rules, now) {
      const remembered = results.get(token, rules, now)
      if (remembered !== undefined) {
        statistics.hits++
        return remembered
      }
      statistics.misses++
      const cut = cutToken(token, limits.maxTokenBytes)
      if (typeof cut === 'string') return refusals.malformed(cut)
      const judged: Judgement = { token, inner: token, rules, now, ring: ringOf(rules), localTenant: options.localTenant }
      return (cut.form === 'sealed' ? judgeSealed(cut, judged, limits) : judgeSigned(cut, judged)).then(verdict =>
        remember(results, verdict, judged),
      )
    },
  }
}

interface Judgement {
  readonly token: string
  /** What the signature is over: the token itself, or what an encrypted one held. */
  readonly inner: string
  readonly rules: TokenRules
  readonly now: number
  readonly ring: KeyRing
  readonly localTenant: string | undefined
}

/** A result, and the key that it rests on when it may be remembered. */
interface Verdict {
  readonly result: TokenResult
  readonly voucher?: Voucher
  readonly claims?: Readonly<Record<string, unknown>>
}

const lastingRefusals = new Set<string>(['token.audience', 'token.issuer', 'token.tenant'])

/** Only what a good signature stands behind is remembered: anything else could be made up without end. */
function remember(
  results: ResultCache,
  { result, voucher, claims }: Verdict,
  { token, rules, now, ring }: Judgement,
): TokenResult {
  const lasting = result.kind === 'verified' || lastingRefusals.has(result.reason)
  if (voucher === undefined || !lasting) return result
  const until = typeof claims?.exp === 'number' ? (claims.exp + rules.clockSkew) * 1000 : now + rememberUnexpiring
  const { key, set } = voucher
  const stands = (at: number) => set === undefined || snapshotsOf(ring, at).some(one => one.keys.includes(key))
  results.set(token, rules, { result, until, stands })
  return result
}

async function judgeSealed(cut: SealedToken, judged: Judgement, limits: TokenLimits): Promise<Verdict> {
  const opened = await openToken(judged.token, cut.header, judged.ring.opening)
  if (opened === undefined) return { result: refusals.undecryptable() }
  const { payload, isPublic } = opened
  const claims = claimsOf(payload)
  // with a public key everybody can encrypt: without a signature inside nobody stands behind it
  if (claims !== undefined)
    return isPublic ? { result: refusals.unsigned() } : judgeUnsigned({ header: cut.header, claims }, judged)
  const inner = Buffer.from(payload).toString('utf8')
  const innerCut = cutToken(inner, limits.maxTokenBytes)
  if (typeof innerCut === 'string') return { result: refusals.malformed(`encrypted, ${innerCut}`) }
  if (innerCut.form === 'sealed') return { result: refusals.malformed('encrypted twice') }
  const rules = isPublic ? { ...judged.rules, requireSignedTokens: true } : judged.rules
  return judgeSigned(innerCut, { ...judged, inner, rules })
}

/** Only for policies that say in so many words that a signature is not required. */
function judgeUnsigned({ header, claims }: Pick<SignedToken, 'header' | 'claims'>, { rules, now, token }: Judgement): Verdict {
  if (rules.requireSignedTokens) return { result: { ...refusals.unsigned(), claims } }
  const refused = checkLifetime(claims, rules, now) ?? checkAudience(claims, rules) ?? checkIssuer(claims, rules, [], undefined)
  if (refused !== undefined) return { result: { ...refused, claims } }
  return { result: { kind: 'verified', header: header.all, claims, token } }
}

async function judgeSigned(cut: SignedToken, judged: Judgement): Promise<Verdict> {
  const { header, claims } = cut
  if (header.alg.toLowerCase() === 'none') {
    const isTaken = header.alg === 'none' && !cut.hasSignature && !judged.rules.requireSignedTokens
    if (isTaken) return judgeUnsigned(cut, judged)
    return { result: { ...refusals.badAlgorithm(header.alg, ['a signature algorithm']), claims } }
  }
  if (!cut.hasSignature) return { result: { ...refusals.unsigned(), claims } }
  const found = await findVoucher(cut, judged)
  return 'kind' in found ? { result: { ...found, claims } } : judgeClaims(cut, judged, found)
}

function judgeClaims({ header, claims }: SignedToken, judged: Judgement, voucher: Voucher): Verdict {
  const { rules, now, ring, localTenant, token } = judged
  const refused =
    checkBinding(claims, localTenant, voucher.set) ??
    checkLifetime(claims, rules, now) ??
    checkAudience(claims, rules) ??
    checkIssuer(claims, rules, snapshotsOf(ring, now), voucher)
  const result: TokenResult =
    refused === undefined
      ? { kind: 'verified', header: header.all, claims, token, isSigned: true }
      : { ...refused, claims, isSigned: true }
  return { result, voucher, claims }
}

/** The key whose signature this is, fetching key sets when the one that the token names is not at hand; or why there is none. */
async function findVoucher(
  cut: SignedToken,
  { ring, now, inner }: Judgement,
): Promise<Voucher | Exclude<TokenResult, { kind: 'verified' }>> {
  const { header } = cut
  let sets = snapshotsOf(ring, now)
  let candidates = vouchersFor(header, ring, sets)
  const needsAll = header.kid === undefined && sets.length < ring.published.length
  if (candidates.length === 0 || needsAll) {
    await Promise.all(ring.published.map(set => set.seek(now)))
    sets = snapshotsOf(ring, now)
    candidates = vouchersFor(header, ring, sets)
  }
  if (candidates.length === 0) return missingKey(header.kid, ring, sets, now)
  const fitting = candidates.filter(({ key }) => key.algorithms.includes(header.alg))
  if (fitting.length === 0)
    return refusals.badAlgorithm(header.alg, [...new Set(candidates.flatMap(({ key }) => key.algorithms))])
  for (const candidate of inOrder(fitting, cut).slice(0, maxTries))
    if (await isSignedBy(inner, header.alg, candidate)) return candidate
  return refusals.badSignature(header.kid)
}

/** Those first whose set names the token's issuer: the same key may be published at several addresses. */
function inOrder(vouchers: readonly Voucher[], { claims }: SignedToken): Voucher[] {
  const issuer = typeof claims.iss === 'string' ? claims.iss : ''
  const names = ({ set }: Voucher) => set?.issuer !== undefined && issuerAllows(set.issuer, issuer, claims.tid)
  return [...vouchers.filter(names), ...vouchers.filter(voucher => !names(voucher))]
}

/** A key that is not there may yet come, while its set cannot be reached: such a token is not judged. */
function missingKey(
  kid: string | undefined,
  ring: KeyRing,
  sets: readonly KeySnapshot[],
  now: number,
): Exclude<TokenResult, { kind: 'verified' }> {
  const silent = ring.published.filter(set => set.isFailing || set.current(now) === undefined)
  if (silent.length > 0) return refusals.unreachable(silent.map(set => set.url))
  const known = [...sets.flatMap(set => set.keys), ...ring.written].flatMap(key => key.id ?? [])
  return refusals.unknownKey(kid, known)
}

async function isSignedBy(token: string, alg: string, { key }: Voucher): Promise<boolean> {
  const verified = await compactVerify(token, key.key, { algorithms: [alg] }).catch(() => undefined) // any failure: not this key
  return verified !== undefined
}
