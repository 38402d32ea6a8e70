import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Body } from '../../policies/context/body.ts'
import type { CallContext } from '../../policies/context/call-context.ts'
import { Headers } from '../../policies/context/headers.ts'
import { next, refuse, reply } from '../../policies/outcome.ts'
import type { Plan, Section, SectionResult } from '../../policies/plan.ts'
import { makeCall } from '../testing/make-call.ts'
import { runPlan } from './run-plan.ts'

const goOn: Section = () => ({ outcome: next })
const decidedBy = { policy: 'p', scope: 'api', section: 'inbound', file: 'f.xml', line: 3 }

/** A plan that notes which sections ran. */
function planOf(parts: Partial<Plan>): { readonly plan: Plan; readonly ran: string[] } {
  const ran: string[] = []
  const noted = (name: keyof Plan): Section => {
    const section = parts[name] ?? goOn
    return ctx => {
      ran.push(name)
      return section(ctx)
    }
  }
  const plan = {
    inbound: noted('inbound'),
    backend: noted('backend'),
    outbound: noted('outbound'),
    onError: noted('onError'),
    preflight: noted('preflight'),
  }
  return { plan, ran }
}

const call = () => makeCall({ url: 'http://backend.example/x' })
const answer = (ctx: CallContext, statusCode: number) => {
  ctx.response = { statusCode, statusReason: '', headers: new Headers(), body: Body.empty() }
}

test('a call goes through inbound, backend and outbound, waiting for those that wait', async () => {
  const { plan, ran } = planOf({
    backend: async ctx => {
      answer(ctx, 200)
      return { outcome: next }
    },
  })
  assert.deepEqual(await runPlan(plan, call()), { decision: 'allowed', reason: 'allowed' })
  assert.deepEqual(ran, ['inbound', 'backend', 'outbound'])
})

test('a reply is sent as it stands: nothing else runs', async () => {
  const { plan, ran } = planOf({
    inbound: ctx => {
      answer(ctx, 418)
      return { outcome: reply('policy.returned-response'), decidedBy }
    },
  })
  const one = call()
  assert.deepEqual(await runPlan(plan, one), { decision: 'refused', reason: 'policy.returned-response', decidedBy })
  assert.equal(one.response?.statusCode, 418)
  assert.deepEqual(ran, ['inbound'])
})

for (const [status, decision] of [
  [200, 'allowed'],
  [302, 'allowed'],
  [403, 'refused'],
  [503, 'failed'],
] as const)
  test(`a returned response of ${status} is on the record as ${decision}`, async () => {
    const { plan } = planOf({
      inbound: ctx => {
        answer(ctx, status)
        return { outcome: reply('policy.returned-response'), decidedBy }
      },
    })
    assert.equal((await runPlan(plan, call())).decision, decision)
  })

const refused = (more: Partial<Parameters<typeof refuse>[0]> = {}): SectionResult => ({
  outcome: refuse({ reason: 'token.expired', statusCode: 401, message: 'Unauthorized.', errorReason: 'TokenExpired', ...more }),
  decidedBy,
})

test('a refusal has its error body before on-error runs, which may change it', async () => {
  const { plan, ran } = planOf({
    inbound: () => refused({ headers: [['X-Extra', '1']], expected: ['a'], received: ['b'] }),
    onError: ctx => {
      assert.equal(ctx.response?.statusCode, 401)
      ctx.response.headers.set('X-Changed', 'yes')
      return { outcome: next }
    },
  })
  const one = call()
  assert.deepEqual(await runPlan(plan, one), {
    decision: 'refused',
    reason: 'token.expired',
    decidedBy,
    expected: ['a'],
    received: ['b'],
  })
  assert.deepEqual(ran, ['inbound', 'onError'])
  assert.match(
    one.response?.headers.get('www-authenticate') ?? '',
    /^Bearer realm="[^"]+", error="invalid_token", error_description="[^"]+"$/,
  )
  assert.equal(one.response?.headers.get('x-extra'), '1')
  assert.equal(one.response?.headers.get('x-changed'), 'yes')
  assert.deepEqual(JSON.parse(Buffer.from(one.response?.body.bytes ?? []).toString()), {
    statusCode: 401,
    message: 'Unauthorized.',
  })
})

test('on-error may put another answer in its place, and cannot undo the refusal by failing itself', async () => {
  const replaced = planOf({
    outbound: () => refused(),
    onError: ctx => {
      answer(ctx, 299)
      return { outcome: reply('policy.returned-response'), decidedBy }
    },
  })
  const one = call()
  assert.equal((await runPlan(replaced.plan, one)).reason, 'token.expired')
  assert.equal(one.response?.statusCode, 299)
  const failing = planOf({ inbound: () => refused(), onError: () => refused({ reason: 'policy.expression', statusCode: 500 }) })
  const two = call()
  assert.equal((await runPlan(failing.plan, two)).reason, 'token.expired')
  assert.equal(two.response?.statusCode, 401)
})

test('a policy that says how to authenticate is not contradicted', async () => {
  const one = call()
  await runPlan(planOf({ inbound: () => refused({ headers: [['WWW-Authenticate', 'Own']] }) }).plan, one)
  assert.equal(one.response?.headers.get('www-authenticate'), 'Own')
})

test('the scopes that a policy asks for reach the caller', async () => {
  const one = call()
  await runPlan(planOf({ inbound: () => refused({ reason: 'token.scope', statusCode: 403, scopes: ['read'] }) }).plan, one)
  assert.match(one.response?.headers.get('www-authenticate') ?? '', /error="insufficient_scope", .*, scope="read"$/)
})
