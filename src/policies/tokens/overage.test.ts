import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTokenVerifier } from '../../identity/create-token-verifier.ts'
import type { GroupResolver, GroupsAnswer } from '../../identity/graph/group-overage.ts'
import { configUrl, frozen, goodClaims, jwkOf, rsaKey, sign, TestWeb } from '../../identity/testing/test-issuer.ts'
import { policyCompiler } from '../context/policy-compiler.ts'
import { runPolicies } from '../testing/run-policies.ts'

const key = rsaKey()
const overage = {
  ...goodClaims,
  oid: 'rita',
  _claim_names: { groups: 'src1' },
  _claim_sources: { src1: { endpoint: 'https://graph.windows.net/x' } },
}

const policy = (claim = 'groups') => `<validate-jwt header-name="Authorization" output-token-variable-name="jwt">
  <openid-config url="${configUrl}" />
  <audiences><audience>api://articles</audience></audiences>
  <required-claims><claim name="${claim}" match="any"><value>newsroom</value><value>readers</value></claim></required-claims>
</validate-jwt>`

/** Runs the policy where groups are told so; counts how often that was asked. */
async function run(
  answer: GroupsAnswer | undefined,
  claims: Record<string, unknown> = overage,
  xml = policy(),
  forExpressions = false,
) {
  const web = new TestWeb().publish([jwkOf(key)])
  const asked: unknown[] = []
  const groups: GroupResolver = {
    forExpressions,
    resolve: ({ oid }) => {
      asked.push(oid)
      return Promise.resolve(answer ?? assert.fail('nobody is to be asked'))
    },
  }
  const call = { request: { headers: { Authorization: `Bearer ${await sign(key, claims)}` } } }
  const ports = { tokens: createTokenVerifier({ fetch: web.fetch }), now: () => frozen }
  const ran = await runPolicies({ inbound: xml }, call, answer === undefined ? ports : { ...ports, groups })
  const refusal = typeof ran.outcome === 'object' && ran.outcome.kind === 'refusal' ? ran.outcome : undefined
  return { ...ran, refusal, asked }
}

test('groups that Entra left out are asked for, count for the claim and show in the token that expressions see', async () => {
  const { outcome, ctx, asked } = await run({ kind: 'groups', ids: ['sports', 'newsroom'] })
  assert.equal(outcome, 'next')
  assert.deepEqual(asked, ['rita'])
  assert.deepEqual([ctx.caller?.objectId, ctx.caller?.groupsFrom], ['rita', 'graph'])
  const seen = policyCompiler.compile('@(string.Join(",", ((Jwt)context.Variables["jwt"]).Claims["groups"]))')
  assert.ok(seen.ok)
  assert.equal(seen.compiled.evaluate({ context: ctx }), 'sports,newsroom')
})

test('a caller in none of the groups is refused by the policy’s own status', async () => {
  const { refusal, ctx } = await run({ kind: 'groups', ids: ['sports'] })
  assert.deepEqual([refusal?.reason, refusal?.statusCode], ['token.group', 401])
  assert.equal(ctx.caller?.groupsFrom, 'graph')
})

test('while Graph is silent nobody is judged: 503, the caller on the record', async () => {
  const { refusal, ctx } = await run({ kind: 'failure', why: 'busy', message: 'Microsoft Graph is too busy (429)' })
  assert.deepEqual([refusal?.reason, refusal?.statusCode], ['groups.unreachable', 503])
  assert.deepEqual(refusal?.received, ['Microsoft Graph is too busy (429)'])
  assert.equal(ctx.caller?.objectId, 'rita')
})

test('an identity that Graph refuses, or none at all, leaves the token without groups and says why', async () => {
  const { refusal } = await run({ kind: 'failure', why: 'refused', message: 'graph.microsoft.com answered 403' })
  assert.equal(refusal?.reason, 'token.group')
  assert.deepEqual(refusal?.received, ['groups: too many for the token', 'Microsoft Graph: graph.microsoft.com answered 403'])
  assert.deepEqual((await run(undefined)).refusal?.received, ['groups: too many for the token'])
})

test('nobody is asked for a token that has its groups, nor by a policy that looks at none', async () => {
  const plain = await run({ kind: 'groups', ids: [] }, { ...goodClaims, oid: 'rita', groups: ['newsroom'] })
  assert.deepEqual([plain.outcome, plain.asked.length], ['next', 0])
  const roles = await run({ kind: 'groups', ids: [] }, overage, policy('roles'))
  assert.deepEqual([roles.outcome, roles.asked.length], ['next', 0])
  const implicit = await run({ kind: 'groups', ids: ['newsroom'] }, { ...goodClaims, oid: 'rita', hasgroups: true })
  assert.deepEqual([implicit.outcome, implicit.asked.length], ['next', 1])
})

test('where expressions look at groups, a policy that keeps its token for them asks too', async () => {
  const claims = { ...overage, roles: ['readers'] }
  const seen = await run({ kind: 'groups', ids: ['newsroom'] }, claims, policy('roles'), true)
  assert.deepEqual([seen.outcome, seen.asked.length, seen.ctx.caller?.groupsFrom], ['next', 1, 'graph'])
  const unkept = policy('roles').replace('output-token-variable-name="jwt"', '')
  assert.equal((await run({ kind: 'groups', ids: [] }, claims, unkept, true)).asked.length, 0)
  const without = await run({ kind: 'failure', why: 'refused', message: 'no' }, claims, policy('roles'), true)
  assert.equal(without.outcome, 'next', 'what nobody requires is left out')
})
